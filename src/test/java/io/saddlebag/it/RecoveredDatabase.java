package io.saddlebag.it;

import io.saddlebag.app.CommandLineInProcess;
import io.saddlebag.host.HostFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A real database {@code orders} of which a backup holds row 1, and journals rows 2 and 3; recovered to between the two. Its ledger has a
 * number for each row.
 */
interface RecoveredDatabase extends AutoCloseable {
    /** What a recovery comes to. */
    String TARGET = "1 2";

    /** Of its node. */
    Path home();

    /** Its file or folder. */
    Path place();

    /** Name of its journals. */
    String journals();

    /** Brings it to {@link #TARGET}, from whatever it is. */
    String[] recovery();

    /** Inserts a row; it is in a backup of journals on return. */
    void write(int row) throws Exception;

    /** In order. */
    String rows() throws Exception;

    /** Whether it is open, and nothing is applied to it any more. */
    boolean answers() throws Exception;

    @Override
    void close() throws IOException;

    default void done(String... command) {
        CommandLineInProcess.Said said = CommandLineInProcess.run(home(), command);
        if (said.code() != 0) {
            StringBuilder told = new StringBuilder();
            CommandLineInProcess.run(home(), "lsjob", "--json")
                    .json()
                    .forEach(job -> told.append(CommandLineInProcess.run(
                                            home(), "catxcr", job.path("name").asText())
                                    .out())
                            .append('\n'));
            throw new AssertionError(said + "\n" + told);
        }
    }

    /** What is beside it that recoveries have put there, but for what they keep of before, and the beginning of a file that a killed guard made. */
    default List<String> leftBeside() throws IOException {
        try (Stream<Path> all = Files.list(place().getParent())) {
            return all.map(each -> each.getFileName().toString())
                    .filter(each -> each.contains("saddlebag-") && !each.contains("saddlebag-before"))
                    .filter(each -> !each.equals(".saddlebag-snapshots") && !each.startsWith(HostFiles.UNDER_WAY))
                    .sorted()
                    .toList();
        }
    }
}
