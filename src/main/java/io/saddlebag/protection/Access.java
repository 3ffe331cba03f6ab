package io.saddlebag.protection;

/** What may be allowed, in the order it is written. On tape there are only the first two. */
public enum Access {
    READ('R'),
    WRITE('W'),
    EXECUTE('E'),
    DELETE('D');

    private final char letter;

    Access(char letter) {
        this.letter = letter;
    }

    char letter() {
        return letter;
    }
}
