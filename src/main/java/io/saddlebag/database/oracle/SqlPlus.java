package io.saddlebag.database.oracle;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * SQL*Plus, a program for each statement: silent ({@code -S}), one try to log in ({@code -L}), the script on its standard input.
 * Numbers of messages decide, and the exit code; never the words, which depend on the language.
 */
final class SqlPlus implements OracleConsole {
    /** What a row of a query begins with, so that nothing else is taken for one. */
    static final String ROW = "SBG>";

    /** Between a row's values; in no file name that an administrator would give. */
    static final char BETWEEN = 31;

    private static final int MOST_LINES = 200_000;
    /** {@code SQL.SQLCODE} would do on Windows only: elsewhere an exit code is its low byte, which may be 0. */
    private static final String BEGIN = """
            WHENEVER OSERROR EXIT 9
            WHENEVER SQLERROR EXIT FAILURE
            SET HEADING OFF FEEDBACK OFF PAGESIZE 0 LINESIZE 32767 TRIMSPOOL ON TRIMOUT ON TAB OFF ECHO OFF
            """;

    private final OracleSettings settings;
    private final OraclePrograms programs;
    private final @Nullable Transcript transcript;

    SqlPlus(OracleSettings settings, OraclePrograms programs) {
        this.settings = settings;
        this.programs = programs;
        this.transcript = settings.record() == null ? null : new Transcript(settings.record());
    }

    @Override
    public void execute(String statement, Duration timeout, Consumer<String> log)
            throws IOException, InterruptedException {
        log.accept("SQL> " + statement + ";");
        say(statement + ";", timeout, log);
    }

    @Override
    public List<List<String>> rows(Query query, Duration timeout) throws IOException, InterruptedException {
        String between = "||chr(" + (int) BETWEEN + ")||";
        String select = "select '" + ROW + "'||" + query.columns().stream().collect(Collectors.joining(between))
                + " from " + query.from() + ";";
        List<List<String>> rows = new ArrayList<>();
        for (String line : say(select, timeout, line -> {})) {
            if (line.startsWith(ROW)) {
                rows.add(Arrays.asList(line.substring(ROW.length()).split(String.valueOf(BETWEEN), -1)));
            }
        }
        return rows;
    }

    @Override
    public void startup(Duration timeout, Consumer<String> log) throws IOException, InterruptedException {
        execute("startup", timeout, log);
    }

    /** Messages of a database that wasn't open, or not even mounted, are none of a failure: what is left is shut down. */
    @Override
    public void shutdown(Duration timeout, Consumer<String> log) throws IOException, InterruptedException {
        try {
            execute("shutdown immediate", timeout, log);
        } catch (OracleError e) {
            if (!e.hasOnly(Ora.NOT_OPEN, Ora.NOT_MOUNTED)) {
                throw e;
            }
        }
    }

    private List<String> say(String statement, Duration timeout, Consumer<String> log)
            throws IOException, InterruptedException {
        List<String> said = new ArrayList<>();
        int code = programs.run(
                        List.of(Objects.requireNonNull(settings.sqlplus()).toString(), "-S", "-L", settings.connect()),
                        BEGIN + statement + "\nEXIT 0\n",
                        timeout,
                        line -> {
                            if (said.size() < MOST_LINES) {
                                said.add(line);
                            }
                            log.accept(line);
                        })
                .exitCode();
        if (transcript != null) {
            transcript.add(statement, said, code);
        }
        List<OraMessage> messages = OraMessage.in(
                said.stream().filter(line -> !line.startsWith(ROW)).toList());
        if (code != 0 || !messages.isEmpty()) {
            String last = said.isEmpty() ? "no output" : "last line: " + said.get(said.size() - 1);
            throw new OracleError(messages, "sqlplus ended with exit code " + code + ", " + last, null);
        }
        return said;
    }
}
