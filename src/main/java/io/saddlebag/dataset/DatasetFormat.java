package io.saddlebag.dataset;

import io.saddlebag.fault.BackupException;
import java.util.List;

/** Writes a dataset file as everybody writes it: four blanks a block, one between words, no empty lines in a row. */
public final class DatasetFormat {
    private static final String INDENT = "    ";

    private final StringBuilder out = new StringBuilder();
    private int depth;
    private boolean lineEmpty = true;
    private int emptyLines;

    private DatasetFormat() {}

    /**
     * The same statements and comments.
     *
     * @throws BackupException {@link DatasetFault#SYNTAX}: what can't be read isn't written anew
     */
    public static String of(String file, String text) throws BackupException {
        List<Statement> unused = DatasetParser.parse(file, text);
        DatasetFormat format = new DatasetFormat();
        Tokens.of(file, text).forEach(format::add);
        String formatted = format.out.toString().stripTrailing();
        return formatted.isEmpty() ? "" : formatted.replaceFirst("^\n+", "") + "\n";
    }

    private void add(Token token) {
        switch (token.kind()) {
            case LINE_END -> endLine();
            case WORD -> word(written(token));
            case COMMENT -> word(token.text());
            case OPEN -> {
                word("{");
                endLine();
                depth++;
                emptyLines = 1; // none right behind a brace
            }
            case CLOSE -> {
                if (!lineEmpty) {
                    endLine();
                }
                dropEmptyLine();
                depth--;
                word("}");
            }
            case END -> {}
        }
    }

    private void endLine() {
        emptyLines = lineEmpty ? emptyLines + 1 : 0;
        if (emptyLines <= 1) {
            out.append('\n');
        }
        lineEmpty = true;
    }

    private void dropEmptyLine() {
        int length = out.length();
        if (length > 1 && out.charAt(length - 1) == '\n' && out.charAt(length - 2) == '\n') {
            out.setLength(length - 1);
        }
    }

    private void word(String word) {
        if (lineEmpty) {
            out.append(INDENT.repeat(depth));
        } else {
            out.append(' ');
        }
        out.append(word);
        lineEmpty = false;
    }

    private static String written(Token token) {
        String text = token.text();
        boolean plain = !text.isEmpty() && text.chars().noneMatch(c -> " \t\r{}#\"\\".indexOf(c) >= 0 || c == '\uFEFF');
        boolean bareBackslash =
                !token.quoted() && text.indexOf('\\') >= 0 && text.chars().noneMatch(c -> " \t{}#\"".indexOf(c) >= 0);
        return plain || bareBackslash ? text : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
