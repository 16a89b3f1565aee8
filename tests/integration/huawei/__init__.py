"""The huawei provider, through the core of the real SDK, against the fake cloud."""
