package io.saddlebag.app;

import io.saddlebag.database.sqlite.HoldProgram;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The program that holds an SQLite write-ahead log from outside the process that copies it (J2). */
public final class SqliteHold {
    private SqliteHold() {}

    /** Arguments: as of {@link HoldProgram#run}. */
    public static void main(String[] arguments) throws Exception {
        PrintStream answers = System.out;
        System.setOut(System.err);
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.exit(HoldProgram.run(List.of(arguments), requests, answers));
    }
}
