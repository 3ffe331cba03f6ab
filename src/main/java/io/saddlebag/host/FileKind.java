package io.saddlebag.host;

/** What a name in a folder stands for; the letters are those of find(1). */
public enum FileKind {
    REGULAR('f'),
    FOLDER('d'),
    LINK('l'),
    FIFO('p'),
    CHARACTER_DEVICE('c'),
    BLOCK_DEVICE('b'),
    SOCKET('s');

    private final char letter;

    FileKind(char letter) {
        this.letter = letter;
    }

    public char letter() {
        return letter;
    }
}
