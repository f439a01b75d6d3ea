"""The planner's records in DynamoDB."""
