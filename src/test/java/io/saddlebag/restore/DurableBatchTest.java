package io.saddlebag.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.host.memory.FaultyFiles;
import io.saddlebag.host.memory.FileFailureKind;
import io.saddlebag.posix.linux.LinuxPosix;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("C7")
@Tag("Q11")
class DurableBatchTest {
    private static final int MANY = 600;

    @TempDir
    Path folder;

    private final HostFiles real = new LocalFiles(new LinuxPosix());

    @Test
    void gives_no_file_its_name_before_the_flush() throws IOException {
        try (DurableBatch batch = DurableBatch.ofMany(real)) {
            add(batch, real, "a");
            add(batch, real, "b");

            assertThat(folder.resolve("a")).doesNotExist();
            assertThat(batch.holds(folder.resolve("a"))).isTrue();

            batch.flush();

            assertThat(names()).containsExactly("a", "b");
            assertThat(folder.resolve("b")).hasContent("content of b");
            assertThat(batch.holds(folder.resolve("a"))).isFalse();
        }
    }

    @Test
    void flushes_by_itself_before_it_holds_too_many_open_files() throws IOException {
        try (DurableBatch batch = DurableBatch.ofMany(real)) {
            for (int i = 0; i < MANY; i++) {
                add(batch, real, "file-" + i);
            }

            assertThat(names()).contains("file-0");
            assertThat(folder.resolve("file-" + (MANY - 1))).doesNotExist();
        }
    }

    @Test
    void one_of_one_gives_each_file_its_name_at_once() throws IOException {
        try (DurableBatch batch = DurableBatch.ofOne(real)) {
            add(batch, real, "a");

            assertThat(names()).containsExactly("a");
            assertThat(batch.holds(folder.resolve("a"))).isFalse();
        }
    }

    @Test
    void a_folder_gets_its_attributes_when_the_files_in_it_have_their_names() throws IOException {
        List<String> seen = new ArrayList<>();
        try (DurableBatch batch = DurableBatch.ofMany(real)) {
            batch.then(() -> seen.add("nothing to wait for"));
            add(batch, real, "a");
            batch.then(() -> seen.add(Files.exists(folder.resolve("a")) ? "after a" : "before a"));
            assertThat(seen).containsExactly("nothing to wait for");

            batch.flush();
        }

        assertThat(seen).containsExactly("nothing to wait for", "after a");
    }

    @Test
    void what_was_not_flushed_leaves_nothing_behind() throws IOException {
        Files.writeString(folder.resolve("a"), "what was there");
        try (DurableBatch batch = DurableBatch.ofMany(real)) {
            add(batch, real, "a");
            add(batch, real, "b");
        }

        assertThat(names()).containsExactly("a");
        assertThat(folder.resolve("a")).hasContent("what was there");
    }

    @Test
    void a_failure_at_any_call_leaves_whole_files_only_and_is_told() throws IOException {
        long calls = restoreThree(FaultyFiles.counting(real)).calls();
        for (long n = 1; n <= calls; n++) {
            clear();
            FaultyFiles faulty = FaultyFiles.failing(real, n, FileFailureKind.IO_ERROR);
            try {
                restoreThree(faulty);
                assertThat(faulty.fired()).as("call %d failed unheard", n).isFalse();
            } catch (BackupException told) {
                assertThat(faulty.fired()).isTrue();
            }
            for (String name : names()) {
                assertThat(folder.resolve(name)).hasContent("content of " + name);
            }
        }
    }

    @Test
    void a_file_system_that_can_not_flush_ends_the_restore_before_a_name_is_given() throws IOException {
        FaultyFiles counted = FaultyFiles.counting(real);
        long before;
        try (DurableBatch batch = DurableBatch.ofMany(counted)) {
            add(batch, counted, "a");
            add(batch, counted, "b");
            before = counted.calls();
        }
        FaultyFiles faulty = FaultyFiles.failing(real, before + 1, FileFailureKind.IO_ERROR);
        try (DurableBatch batch = DurableBatch.ofMany(faulty)) {
            add(batch, faulty, "a");
            add(batch, faulty, "b");

            assertThatThrownBy(batch::flush).isInstanceOf(BackupException.class);
        }
        assertThat(names()).isEmpty();
    }

    private FaultyFiles restoreThree(FaultyFiles files) throws IOException {
        try (DurableBatch batch = DurableBatch.ofMany(files)) {
            for (String name : List.of("a", "b", "c")) {
                add(batch, files, name);
            }
            batch.syncFolder(folder);
            batch.flush();
        }
        return files;
    }

    private void add(DurableBatch batch, HostFiles files, String name) throws IOException {
        Path place = folder.resolve(name);
        NewFile file = files.create(place);
        boolean kept = false;
        try {
            byte[] content = ("content of " + name).getBytes(StandardCharsets.UTF_8);
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                file.channel().write(rest);
            }
            kept = true;
            batch.add(file, place, content.length, () -> {}, () -> {});
        } finally {
            if (!kept) {
                file.close();
            }
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> !name.startsWith(HostFiles.UNDER_WAY))
                    .sorted()
                    .toList();
        }
    }

    private void clear() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                Files.delete(each);
            }
        }
    }
}
