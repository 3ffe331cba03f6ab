package io.saddlebag.level;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.store.jdbc.ChildJvm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything that is done with a folder of a million files, in a process of 256 MiB. */
@Tag("Q9")
@Tag("D2")
@Tag("C7")
@Tag("long")
class WideFolderHeapTest {
    private static final int HEAP_MEBIBYTES = 256;
    private static final int SMALL_HEAP_MEBIBYTES = 64;

    private static final Duration PATIENCE = Duration.ofHours(1);

    @TempDir
    Path home;

    @Test
    void levels_and_plans_of_one_folder_with_a_million_files() throws Exception {
        assertThat(said(HEAP_MEBIBYTES, 1_000_000))
                .containsExactly(
                        "made 999002",
                        "level 0: 999004",
                        "level 10: 1999",
                        "nothing changed: 2",
                        "plan of level 0: [1 gives 999004]",
                        "plan of level 10: [1 gives 997004, 2 gives 1999]");
    }

    @Test
    void a_restore_of_one_folder_on_top_of_another_backup() throws Exception {
        assertThat(said(SMALL_HEAP_MEBIBYTES, 100_000, "restore"))
                .endsWith("plan of level 10: [1 gives 99702, 2 gives 201]", "restored: 99901");
    }

    private List<String> said(int heapMebibytes, int names, String... more) throws Exception {
        String[] arguments = new String[2 + more.length];
        arguments[0] = home.toString();
        arguments[1] = Integer.toString(names);
        System.arraycopy(more, 0, arguments, 2, more.length);
        Path output = home.resolve("output");
        try (ChildJvm child = ChildJvm.start(output, heapMebibytes, WideFolderMain.class, arguments)) {
            int exit = child.awaitExit(PATIENCE);
            List<String> lines = child.lines();
            assertThat(exit).as("%s", lines).isZero();
            return lines.stream()
                    .map(line -> line.substring(0, line.indexOf(';')))
                    .toList();
        }
    }
}
