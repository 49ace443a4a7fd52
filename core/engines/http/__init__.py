"""What engines that ask a server over HTTP share."""
