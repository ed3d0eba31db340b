"""Personal data found, masked and silenced, so that what is indexed, quoted, heard and exported names nobody."""
