"""What commands do, as functions of the main screen; the table says what each is for."""
