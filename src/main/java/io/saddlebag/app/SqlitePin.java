package io.saddlebag.app;

import io.saddlebag.database.sqlite.PinProgram;
import io.saddlebag.host.local.SystemWaiter;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The program that pins an SQLite file from outside the process that copies it (J22). */
public final class SqlitePin {
    private SqlitePin() {}

    /** Arguments: as of {@link PinProgram#run}. */
    public static void main(String[] arguments) throws Exception {
        PrintStream answers = System.out;
        System.setOut(System.err);
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.exit(PinProgram.run(List.of(arguments), requests, answers, new SystemWaiter()));
    }
}
