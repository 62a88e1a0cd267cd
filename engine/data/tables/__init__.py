"""Tables from files: text of any encoding and layout -> cells by column -> rows as a dataset has them."""
