package io.saddlebag.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.host.memory.FaultyFiles;
import io.saddlebag.host.memory.FileFailureKind;
import io.saddlebag.image.ImageReader;
import io.saddlebag.posix.linux.LinuxPosix;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many files, which others make and name while the image is read on. */
@Tag("C7")
final class SmallFilesRestoreTest {
    /** More than three batches. */
    private static final int MANY = 1700;

    private static final int SOME = 40;
    private static final int FILES_A_FOLDER = 100;
    private static final long MOST_CALLS_A_FILE = 10;
    private static final long TIME_MS = 1_700_000_000_000L;

    private final HostFiles real = new LocalFiles(new LinuxPosix());

    @TempDir
    Path target;

    @Test
    void workers_restore_every_file_and_folder_as_it_was() throws IOException {
        ExecutorService workers = Executors.newCachedThreadPool();
        try {
            restore(real, image(MANY), workers);
        } finally {
            workers.shutdownNow();
        }
        for (int i = 0; i < MANY; i++) {
            assertThat(target.resolve(name(i))).hasContent(content(i));
            assertThat(Files.getLastModifiedTime(target.resolve(name(i))).toMillis())
                    .isEqualTo(TIME_MS);
        }
        assertThat(Files.getLastModifiedTime(target.resolve("folder-0")).toMillis())
                .isEqualTo(TIME_MS);
        assertThat(there()).hasSize(MANY);
    }

    @Test
    void without_any_worker_it_is_all_done_by_the_reader() throws IOException {
        restore(real, image(MANY), never -> {});

        assertThat(there()).hasSize(MANY);
    }

    @Test
    void a_name_that_comes_again_replaces_what_waits_for_its_name() throws IOException {
        byte[] image = tar(tar -> {
            put(tar, "folder/", new byte[0]);
            for (int i = 0; i < SOME; i++) {
                put(tar, "folder/file", content(i).getBytes(StandardCharsets.UTF_8));
            }
        });

        restore(real, image, never -> {});

        assertThat(target.resolve("folder/file")).hasContent(content(SOME - 1));
        assertThat(there()).containsExactly(target.resolve("folder/file"));
    }

    @Test
    void a_failure_of_a_worker_ends_the_restore_and_leaves_whole_files_only() throws IOException {
        FaultyFiles counted = FaultyFiles.counting(real);
        restore(counted, image(MANY), never -> {});
        clear();
        for (int part = 1; part < 8; part++) {
            FaultyFiles faulty = FaultyFiles.failing(real, counted.calls() * part / 8, FileFailureKind.NO_SPACE);
            boolean told = false;
            try {
                restore(faulty, image(MANY), Runnable::run);
            } catch (BackupException e) {
                told = true;
            }
            assertThat(told).isEqualTo(faulty.fired());
            requireWhole();
            clear();
        }
    }

    @Test
    @Tag("Q11")
    void a_failure_at_any_call_leaves_whole_files_only_and_is_told() throws IOException {
        byte[] image = image(SOME);
        FaultyFiles counted = FaultyFiles.counting(real);
        restore(counted, image, Runnable::run);
        for (long n = 1; n <= counted.calls(); n++) {
            clear();
            FaultyFiles faulty = FaultyFiles.failing(real, n, FileFailureKind.IO_ERROR);
            boolean told = false;
            try {
                restore(faulty, image, Runnable::run);
            } catch (BackupException e) {
                told = true;
            }
            assertThat(told).as("call %d failed unheard", n).isEqualTo(faulty.fired());
            requireWhole();
        }
    }

    @Test
    void what_does_not_match_its_checksum_is_told_and_never_made() throws IOException {
        byte[] image = image(SOME);

        assertThatThrownBy(() -> restore(real, image, Runnable::run, (path, sha256) -> {
                    if (path.endsWith("file-7")) {
                        throw new BackupException(RestoreFault.DIFFERS, path + " differs", "This is a test.");
                    }
                }))
                .hasMessageContaining("file-7 differs");
        assertThat(there()).isEmpty();
    }

    @Test
    @Tag("Q4")
    void a_file_more_costs_few_calls() throws IOException {
        FaultyFiles few = FaultyFiles.counting(real);
        restore(few, image(SOME), Runnable::run);
        clear();
        FaultyFiles more = FaultyFiles.counting(real);
        restore(more, image(2 * SOME), Runnable::run);

        assertThat(more.calls() - few.calls()).isLessThanOrEqualTo(MOST_CALLS_A_FILE * SOME);
    }

    private void restore(HostFiles files, byte[] image, Executor workers) throws IOException {
        restore(files, image, workers, (path, sha256) -> {});
    }

    private void restore(HostFiles files, byte[] image, Executor workers, TreeSink.Expected expected)
            throws IOException {
        try (TreeSink sink = new TreeSink(
                        files,
                        new RestoredFolders(files, 1),
                        Placement.below(files, target, List.of(), ".new"),
                        expected,
                        note -> {},
                        new TreeSink.Manner(
                                RestoreRequest.Existing.REPLACE,
                                RestoreRequest.Powers.AS_BACKED_UP,
                                RestoreServices.Privilege.KEEPS_OWN,
                                TreeSink.Durability.BY_SINK),
                        workers);
                ImageReader reader = ImageReader.open(new ByteArrayInputStream(image))) {
            reader.readAll(sink);
            sink.finish();
        }
    }

    private static String name(int number) {
        return "folder-" + number / FILES_A_FOLDER + "/file-" + number;
    }

    private static String content(int number) {
        return "content of " + number;
    }

    private static byte[] image(int count) throws IOException {
        return tar(tar -> {
            for (int i = 0; i < count; i++) {
                if (i % FILES_A_FOLDER == 0) {
                    put(tar, "folder-" + i / FILES_A_FOLDER + "/", new byte[0]);
                }
                put(tar, name(i), content(i).getBytes(StandardCharsets.UTF_8));
            }
        });
    }

    private interface Members {
        void into(TarArchiveOutputStream tar) throws IOException;
    }

    private static byte[] tar(Members members) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
            members.into(tar);
        }
        return bytes.toByteArray();
    }

    private static void put(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setModTime(TIME_MS);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    /** Parts that a failed clean-up left have names of their own. */
    private void requireWhole() throws IOException {
        for (Path file : there()) {
            String number = file.getFileName().toString().replace("file-", "");
            if (!number.startsWith(HostFiles.UNDER_WAY)) {
                assertThat(file).hasContent("content of " + number);
            }
        }
    }

    private List<Path> there() throws IOException {
        try (Stream<Path> all = Files.walk(target)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private void clear() throws IOException {
        try (Stream<Path> all = Files.walk(target)) {
            for (Path each : (Iterable<Path>)
                    all.sorted(java.util.Comparator.reverseOrder()).filter(path -> !path.equals(target))::iterator) {
                Files.delete(each);
            }
        }
    }
}
