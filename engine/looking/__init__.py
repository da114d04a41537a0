"""Where does the user look, and how does he get there?"""
