"""The commands, a module for what each is about. They ask the service and print what it says."""
