package io.saddlebag.dataset;

import io.saddlebag.fault.BackupException;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a dataset file into words, braces, line ends and comments. A word with blanks, braces, quotes or a number sign stands in
 * double quotes, where {@code \"} and {@code \\} mean the second character.
 */
final class Tokens {
    private final String file;
    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;
    private int lineBegan;

    private Tokens(String file, String text) {
        this.file = file;
        this.text = text;
    }

    static List<Token> of(String file, String text) throws BackupException {
        Tokens tokens = new Tokens(file, text);
        tokens.cut();
        return List.copyOf(tokens.tokens);
    }

    private void cut() throws BackupException {
        while (at < text.length()) {
            char c = text.charAt(at);
            switch (c) {
                case '\n' -> {
                    add(Token.Kind.LINE_END, "\n", 1);
                    line++;
                    lineBegan = at;
                }
                case ' ', '\t', '\r', '\uFEFF' -> at++;
                case '{' -> add(Token.Kind.OPEN, "{", 1);
                case '}' -> add(Token.Kind.CLOSE, "}", 1);
                case '#' -> {
                    int end = text.indexOf('\n', at);
                    String comment = text.substring(at, end < 0 ? text.length() : end);
                    add(Token.Kind.COMMENT, comment.stripTrailing(), comment.length());
                }
                case '"' -> quoted();
                default -> word();
            }
        }
        tokens.add(new Token(Token.Kind.END, "", false, here()));
    }

    private void add(Token.Kind kind, String shown, int length) {
        tokens.add(new Token(kind, shown, false, here()));
        at += length;
    }

    private void word() throws BackupException {
        Place began = here();
        int from = at;
        while (at < text.length() && " \t\r\n{}#\"".indexOf(text.charAt(at)) < 0) {
            if (Character.isISOControl(text.charAt(at))) {
                throw here().error("a control character", "Write text only.");
            }
            at++;
        }
        if (at < text.length() && text.charAt(at) == '"') {
            throw here().error("a quote within a word", "Put the whole word in quotes, and \\\" for a quote in it.");
        }
        tokens.add(new Token(Token.Kind.WORD, text.substring(from, at), false, began));
    }

    private void quoted() throws BackupException {
        Place began = here();
        StringBuilder word = new StringBuilder();
        at++;
        while (true) {
            if (at == text.length() || text.charAt(at) == '\n') {
                throw began.error("a quote that isn't closed on its line", "Close it with \".");
            }
            char c = text.charAt(at++);
            if (c == '"') {
                break;
            }
            if (c == '\\') {
                if (at == text.length() || "\\\"".indexOf(text.charAt(at)) < 0) {
                    throw here().error(
                                    "a backslash before something else than \\ and \"", "Write \\\\ for a backslash.");
                }
                c = text.charAt(at++);
            }
            word.append(c);
        }
        tokens.add(new Token(Token.Kind.WORD, word.toString(), true, began));
    }

    private Place here() {
        return new Place(file, line, at - lineBegan + 1);
    }
}
