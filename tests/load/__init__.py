"""Many people at once on a served home: reading, acknowledging, uploading, handing in, reviewing."""
