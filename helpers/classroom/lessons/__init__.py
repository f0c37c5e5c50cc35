"""What belongs to one lesson alone: its pictures, exercises and quiz. One file a lesson."""
