"""How heavy work stays out of the way: in processes that can be killed, and in turns on the event loop."""
