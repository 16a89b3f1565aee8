"""Makes what is deployed: a zip of code and a CloudFormation template, for one stage and one architecture."""
