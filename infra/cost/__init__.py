"""What the service costs on AWS: requests counted by running its code, times prices that are written down."""
