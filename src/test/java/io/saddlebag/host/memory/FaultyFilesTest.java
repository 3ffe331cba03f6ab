package io.saddlebag.host.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.host.local.Root;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("Q11")
class FaultyFilesTest {
    private final HostFiles local = new LocalFiles(Root.posix());

    @TempDir
    Path folder;

    @Test
    void a_sweep_reaches_every_call_once() throws IOException {
        FaultyFiles counting = FaultyFiles.counting(local);
        write(counting, "counted");
        assertThat(counting.calls()).isEqualTo(7);

        for (long n = 1; n <= counting.calls(); n++) {
            FaultyFiles faulty = FaultyFiles.failing(local, n, FileFailureKind.IO_ERROR);
            String name = "file" + n;
            assertThatExceptionOfType(BackupException.class)
                    .isThrownBy(() -> write(faulty, name))
                    .matches(e -> e.is(FileFault.IO_ERROR))
                    .withMessageContaining("injected at call " + n);
            assertThat(faulty.fired()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"1, NO_SPACE, NO_SPACE", "2, NO_SPACE, NO_SPACE", "1, VANISHED, VANISHED", "4, PERMISSION, PERMISSION"})
    void faults_look_like_real_ones(long n, FileFailureKind kind, FileFault fault) {
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> write(FaultyFiles.failing(local, n, kind), "file"))
                .matches(e -> e.is(fault));
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void a_call_that_cannot_fail_that_way_passes() throws IOException {
        FaultyFiles faulty = FaultyFiles.failing(local, 7, FileFailureKind.NO_SPACE);
        write(faulty, "file");
        assertThat(faulty.fired()).isFalse();
    }

    @Test
    void a_short_write_moves_one_byte_and_the_rest_next_time() throws IOException {
        FaultyFiles faulty = FaultyFiles.failing(local, 2, FileFailureKind.SHORT);
        write(faulty, "file");
        assertThat(faulty.fired()).isTrue();
        assertThat(faulty.calls()).isEqualTo(8);
        assertThat(folder.resolve("file")).hasContent("ab");
    }

    @Test
    void after_a_crash_nothing_cleans_up() {
        FaultyFiles faulty = FaultyFiles.failing(local, 2, FileFailureKind.CRASH);
        assertThatExceptionOfType(SimulatedCrash.class).isThrownBy(() -> write(faulty, "file"));
        assertThat(folder).isDirectoryContaining(p -> p.getFileName().toString().startsWith(".saddlebag-part-"));
        assertThatExceptionOfType(SimulatedCrash.class).isThrownBy(() -> faulty.exists(folder));
    }

    private void write(HostFiles files, String name) throws IOException {
        Path target = folder.resolve(name);
        try (NewFile file = files.create(target)) {
            ByteBuffer bytes = ByteBuffer.wrap(new byte[] {'a', 'b'});
            while (bytes.hasRemaining()) {
                file.channel().write(bytes);
            }
            file.setLength(2);
            file.publish();
        }
        files.syncFolder(folder);
        files.exists(target);
    }
}
