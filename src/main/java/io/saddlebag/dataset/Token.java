package io.saddlebag.dataset;

/**
 * A piece of a dataset file.
 *
 * @param text of a word without its quotes; of a comment with its number sign
 */
record Token(Kind kind, String text, boolean quoted, Place at) {
    enum Kind {
        WORD,
        OPEN,
        CLOSE,
        LINE_END,
        COMMENT,
        END
    }

    boolean is(String word) {
        return kind == Kind.WORD && !quoted && text.equals(word);
    }

    /** As a message names it. */
    String shown() {
        return switch (kind) {
            case WORD -> "'" + text + "'";
            case OPEN -> "'{'";
            case CLOSE -> "'}'";
            case COMMENT, LINE_END -> "the end of the line";
            case END -> "the end of the file";
        };
    }
}
