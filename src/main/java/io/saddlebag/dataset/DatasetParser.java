package io.saddlebag.dataset;

import io.saddlebag.fault.BackupException;
import java.util.ArrayList;
import java.util.List;

/** Reads dataset files (docs/datasets.md). Each statement stands on a line of its own; blocks stand in braces. */
final class DatasetParser {
    private static final int DEEPEST = 32;
    private static final String STATEMENTS =
            "Valid are: include host, include path, include dataset, include catalog, exclude path,"
                    + " exclude name, cross local mountpoints, cross remote mountpoints, before backup, after backup.";

    private final List<Token> tokens;
    private int at;

    private DatasetParser(List<Token> tokens) {
        this.tokens = tokens;
    }

    /**
     * @param file its name, for messages
     * @throws BackupException {@link DatasetFault#SYNTAX} with {@code file:line:column}
     */
    static List<Statement> parse(String file, String text) throws BackupException {
        DatasetParser parser = new DatasetParser(Tokens.of(file, text).stream()
                .filter(token -> token.kind() != Token.Kind.COMMENT)
                .toList());
        List<Statement> statements = parser.statements(0);
        Token rest = parser.next();
        if (rest.kind() != Token.Kind.END) {
            throw rest.at().error("'}' without '{'", "Remove it, or open a block before.");
        }
        return statements;
    }

    private List<Statement> statements(int depth) throws BackupException {
        List<Statement> statements = new ArrayList<>();
        while (true) {
            Token token = peek();
            switch (token.kind()) {
                case LINE_END, COMMENT -> at++;
                case CLOSE, END -> {
                    return statements;
                }
                case OPEN -> throw token.at().error("'{' without a statement before it", STATEMENTS);
                case WORD -> statements.add(statement(depth));
            }
        }
    }

    private Statement statement(int depth) throws BackupException {
        Token first = next();
        Statement statement;
        if (first.is("include")) {
            statement = include(first, depth);
        } else if (first.is("exclude")) {
            statement = exclude(first);
        } else if (first.is("cross")) {
            statement = cross(first);
        } else if (first.is("before") || first.is("after")) {
            statement = run(first);
        } else {
            throw first.at().error(first.shown() + " is no statement", STATEMENTS);
        }
        requireEnd();
        return statement;
    }

    private Statement include(Token first, int depth) throws BackupException {
        Token what = next();
        if (what.is("host")) {
            String host = word("the name of a host").text();
            return new Statement.IncludeHost(first.at(), host, block(depth));
        }
        if (what.is("path")) {
            return new Statement.IncludePath(first.at(), path(), block(depth));
        }
        if (what.is("dataset")) {
            return new Statement.IncludeDataset(
                    first.at(), word("the name of a dataset").text());
        }
        if (what.is("catalog")) {
            return new Statement.IncludeCatalog(first.at());
        }
        throw what.at()
                .error(
                        "include " + what.shown(),
                        "Valid are: include host, include path, include dataset, include catalog.");
    }

    private Statement exclude(Token first) throws BackupException {
        Token what = next();
        if (what.is("path")) {
            return new Statement.ExcludePath(first.at(), path());
        }
        if (what.is("name")) {
            Token pattern = word("a pattern such as *.tmp");
            try {
                return new Statement.ExcludeName(first.at(), NamePattern.of(pattern.text()));
            } catch (IllegalArgumentException e) {
                throw pattern.at()
                        .error(
                                pattern.shown() + " is no pattern for names: " + e.getMessage(),
                                "Valid is a name, where * stands for any characters, ? for one, and [a-z] for one of a set.");
            }
        }
        throw what.at().error("exclude " + what.shown(), "Valid are: exclude path, exclude name.");
    }

    private Statement cross(Token first) throws BackupException {
        Token which = next();
        Token what = next();
        boolean known = which.is("local") || which.is("remote");
        if (!known || !what.is("mountpoints")) {
            throw which.at()
                    .error(
                            "cross " + which.shown() + " " + what.shown(),
                            "Valid are: cross local mountpoints, cross remote mountpoints.");
        }
        return new Statement.Cross(first.at(), which.is("local") ? MountPoints.LOCAL : MountPoints.REMOTE);
    }

    private Statement run(Token first) throws BackupException {
        Token backup = next();
        if (!backup.is("backup")) {
            throw backup.at()
                    .error(
                            first.text() + " " + backup.shown(),
                            "Valid are: before backup PROGRAM.., after backup PROGRAM...");
        }
        boolean optional = peek().is("optional");
        if (optional) {
            at++;
        }
        List<String> arguments = new ArrayList<>();
        Token program = word("a program and its arguments");
        arguments.add(program.text());
        if (!program.text().startsWith("/")) {
            throw program.at()
                    .error(
                            program.shown() + " is no absolute path",
                            "Write where the program is, such as /usr/bin/true.");
        }
        while (peek().kind() == Token.Kind.WORD) {
            arguments.add(next().text());
        }
        DatasetCommand.When when = first.is("before") ? DatasetCommand.When.BEFORE : DatasetCommand.When.AFTER;
        return new Statement.Run(
                first.at(),
                when,
                new DatasetCommand(arguments, optional, first.at().toString()));
    }

    private List<Statement> block(int depth) throws BackupException {
        if (peek().kind() != Token.Kind.OPEN) {
            return List.of();
        }
        Token open = next();
        if (depth == DEEPEST) {
            throw open.at().error("blocks are nested more than " + DEEPEST + " deep", "Use fewer.");
        }
        List<Statement> block = statements(depth + 1);
        Token close = next();
        if (close.kind() != Token.Kind.CLOSE) {
            throw open.at().error("this '{' is never closed", "Close the block with '}'.");
        }
        return block;
    }

    private String path() throws BackupException {
        Token token = word("an absolute path");
        String path = token.text();
        if (!path.startsWith("/")) {
            throw token.at().error(token.shown() + " is no absolute path", "Begin it with a slash, such as /home.");
        }
        for (String part : path.split("/", -1)) {
            if (part.equals("..") || part.equals(".")) {
                throw token.at().error(token.shown() + " has a part '" + part + "'", "Write the path without it.");
            }
        }
        String plain = path.replaceAll("/+", "/");
        return plain.length() > 1 && plain.endsWith("/") ? plain.substring(0, plain.length() - 1) : plain;
    }

    private Token word(String expected) throws BackupException {
        Token token = next();
        if (token.kind() != Token.Kind.WORD || token.text().isEmpty()) {
            throw token.at().error("expected " + expected + ", found " + token.shown(), "Write " + expected + " here.");
        }
        return token;
    }

    private void requireEnd() throws BackupException {
        Token token = peek();
        if (token.kind() == Token.Kind.WORD || token.kind() == Token.Kind.OPEN) {
            throw token.at()
                    .error(
                            "expected the end of the line, found " + token.shown(),
                            token.kind() == Token.Kind.OPEN
                                    ? "Only include host and include path have blocks."
                                    : "Begin a new line for a new statement, and put words with blanks in quotes.");
        }
    }

    private Token peek() {
        return tokens.get(at);
    }

    private Token next() {
        Token token = tokens.get(at);
        if (token.kind() != Token.Kind.END) {
            at++;
        }
        return token;
    }
}
