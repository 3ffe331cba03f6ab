package io.saddlebag.database.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who has a database's file open: somebody who is missed would have it backed up while it is written. */
@Tag("W4")
class OpenFilesTest {
    private static final long SELF = ProcessHandle.current().pid();

    private final Path folder;
    private final Path file;

    OpenFilesTest(@TempDir Path folder) throws Exception {
        this.folder = folder.toRealPath();
        this.file = Files.createFile(this.folder.resolve("database"));
    }

    @Test
    void this_process_is_found_while_it_has_the_file_open() throws Exception {
        OpenFiles kernel = new OpenFiles(Path.of("/proc"));
        try (FileChannel open = FileChannel.open(file, StandardOpenOption.READ)) {
            assertThat(open.isOpen()).isTrue();
            assertThat(kernel.holders(file)).containsExactly(SELF);
            assertThat(kernel.others(file)).isEmpty();
        }
        assertThat(kernel.holders(file)).isEmpty();
    }

    /** As it looks when files were closed since they were listed. */
    @Test
    void a_process_that_closes_other_files_meanwhile_is_found_all_the_same() throws Exception {
        Path descriptors = Files.createDirectories(folder.resolve("proc/77/fd"));
        for (int i = 0; i < 100; i++) {
            Files.createFile(descriptors.resolve(Integer.toString(i)));
        }
        Files.createSymbolicLink(descriptors.resolve("50a"), file);
        Files.createDirectories(folder.resolve("proc/78/fd"));
        assertThat(new OpenFiles(folder.resolve("proc")).others(file)).containsExactly(77L);
    }

    @Test
    void nobody_has_a_file_that_is_not_there() throws Exception {
        assertThat(new OpenFiles(Path.of("/proc")).holders(folder.resolve("none")))
                .isEmpty();
        assertThat(new OpenFiles(folder.resolve("no-proc")).holders(file)).isEmpty();
    }
}
