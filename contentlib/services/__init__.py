"""What a person can do, one function per deed; a deed never commits, the door that opened the unit of work does."""
