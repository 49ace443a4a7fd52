"""What admins do: other people's accounts, and the settings of the installation."""
