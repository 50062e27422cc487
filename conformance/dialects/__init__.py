"""What the fake provider says in each dialect: one module each, from the providers' public specifications."""
