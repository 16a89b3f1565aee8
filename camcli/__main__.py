"""``python -m camcli`` is ``cam``."""

from camcli.main import main

if __name__ == "__main__":
    main()
