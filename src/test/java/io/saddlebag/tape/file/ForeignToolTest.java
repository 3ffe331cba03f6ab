package io.saddlebag.tape.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.DriveState;
import io.saddlebag.tape.ReadOutcome;
import io.saddlebag.tape.TapeDrawing;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Virtual cartridges against programs and file systems of this machine. */
@Tag("M4")
class ForeignToolTest {
    private static final long ENDLESS = Long.MAX_VALUE;

    @TempDir
    Path folder;

    @Test
    void mtdump_lists_every_block_and_filemark() throws Exception {
        assumeTrue(isInstalled("mtdump"), "mtdump (Debian package simh) is not installed");
        FileCartridge cartridge = blank(folder, ENDLESS);
        try (FileTapeDrive drive = loaded(cartridge)) {
            drive.write(ByteBuffer.allocate(80));
            drive.writeFilemarks(1);
            drive.write(ByteBuffer.allocate(3));
            drive.write(ByteBuffer.allocate(65_536));
            drive.writeFilemarks(2);
            drive.unload();
        }

        assertThat(output("mtdump", cartridge.tap().toString()))
                .contains(
                        "Obj 1, position 0, record 1, length = 80 (0x50)",
                        "Obj 2, position 88, end of tape file 1",
                        "Obj 3, position 92, record 1, length = 3 (0x3)",
                        "Obj 4, position 104, record 2, length = 65536 (0x10000)",
                        "Obj 5, position 65648, end of tape file 2",
                        "Obj 6, position 65652, end of logical tape");
    }

    @Test
    @Tag("Q11")
    void a_full_disk_takes_the_tape_back_to_the_last_filemark() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        assumeTrue(
                status("mount", "-t", "tmpfs", "-o", "size=1m", "none", disk.toString()) == 0,
                "a small tmpfs can't be mounted here; it takes root");
        try {
            FileCartridge cartridge = blank(disk, ENDLESS);
            try (FileTapeDrive drive = loaded(cartridge)) {
                TapeDrawing.write(drive, "abcd|#");
                TapeException full = fill(drive);

                assertThat(full.code()).isEqualTo(TapeFault.OUT_OF_SPACE);
                assertThat(drive.position().next()).isEqualTo(new BlockAddress(2));
                TapeDrawing.write(drive, "ef|#");
                drive.rewind();
                assertThat(TapeDrawing.rest(drive)).isEqualTo("abcd|#|ef|#");

                fillWithSomethingElse(disk);
                drive.unload();
                drive.load();
                assertThat(TapeDrawing.rest(drive)).isEqualTo("abcd|#|ef|#");
                drive.locate(new BlockAddress(1));
                drive.erase();
                drive.unload();
            }
            try (FileTapeDrive drive = loaded(cartridge)) {
                assertThat(TapeDrawing.rest(drive)).isEqualTo("abcd");
            }
        } finally {
            assertThat(status("umount", disk.toString())).isZero();
        }
    }

    @Test
    void a_cartridge_on_a_read_only_disk_is_read_and_protected() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        assumeTrue(
                status("mount", "-t", "tmpfs", "-o", "size=1m", "none", disk.toString()) == 0,
                "a small tmpfs can't be mounted here; it takes root");
        try {
            FileCartridge cartridge = blank(disk, ENDLESS);
            try (FileTapeDrive drive = loaded(cartridge)) {
                TapeDrawing.write(drive, "abcd|#");
                drive.unload();
            }
            assertThat(status("mount", "-o", "remount,ro", disk.toString())).isZero();

            try (FileTapeDrive drive = loaded(cartridge)) {
                assertThat(drive.state()).isEqualTo(new DriveState(true, true));
                assertThat(TapeDrawing.rest(drive)).isEqualTo("abcd|#");
                assertThatThrownBy(() -> drive.write(TapeDrawing.block("x")))
                        .hasMessageContaining(TapeFault.WRITE_PROTECTED.id());
                drive.unload();
            }
        } finally {
            assertThat(status("umount", disk.toString())).isZero();
        }
    }

    @Test
    void cartridges_of_more_than_4_GiB_are_written_and_read_at_their_end() throws IOException {
        FileCartridge cartridge = blank(folder, ENDLESS);
        int blocks = 400;
        writeSparse(cartridge.tap(), blocks, TapFormat.LONGEST_BLOCK_BYTES);
        assertThat(Files.size(cartridge.tap())).isGreaterThan(6L << 30);

        try (FileTapeDrive drive = loaded(cartridge)) {
            drive.spaceToEndOfData();
            assertThat(drive.position().next()).isEqualTo(new BlockAddress(blocks));
            TapeDrawing.write(drive, "#|abcd|#");

            drive.rewind();
            drive.spaceFilemarks(1);
            assertThat(TapeDrawing.rest(drive)).isEqualTo("abcd|#");
            drive.spaceFilemarks(-2);
            assertThat(drive.position().next()).isEqualTo(new BlockAddress(blocks));
            drive.locate(new BlockAddress(blocks - 1));
            assertThat(drive.read(ByteBuffer.allocate(TapFormat.LONGEST_BLOCK_BYTES)))
                    .isEqualTo(ReadOutcome.block(TapFormat.LONGEST_BLOCK_BYTES));
        }
    }

    @Test
    @Tag("M9")
    void many_objects_are_found_again() throws IOException {
        FileCartridge cartridge = blank(folder, ENDLESS);
        int pairs = 3000;
        try (FileTapeDrive drive = loaded(cartridge)) {
            for (int i = 0; i < pairs; i++) {
                // no filemark through the drive: each would be a synchronisation
                drive.write(TapeDrawing.block("b" + i));
            }
            drive.writeFilemarks(1);
            for (int at : new int[] {0, 1, 255, 256, 257, 2999, 511, 512, 1024}) {
                drive.locate(new BlockAddress(at));
                ByteBuffer into = ByteBuffer.allocate(10);
                drive.read(into);
                assertThat(StandardCharsets.US_ASCII.decode(into.flip()).toString())
                        .isEqualTo("b" + at);
            }
            drive.locate(new BlockAddress(300));
            drive.erase();
            drive.rewind();
            drive.spaceToEndOfData();
            assertThat(drive.position().next()).isEqualTo(new BlockAddress(300));
            assertThatThrownBy(() -> drive.locate(new BlockAddress(301))).isInstanceOf(TapeException.class);
        }
    }

    private static TapeException fill(FileTapeDrive drive) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(64 << 10);
        for (int i = 0; i < 100; i++) {
            try {
                drive.write(block.clear());
            } catch (TapeException e) {
                return e;
            }
        }
        throw new AssertionError("the disk took everything");
    }

    private static void fillWithSomethingElse(Path disk) throws IOException {
        try (FileChannel out =
                FileChannel.open(disk.resolve("else"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer block = ByteBuffer.allocate(4096);
            for (int i = 0; i < 1000; i++) {
                out.write(block.clear());
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
            return;
        }
        throw new AssertionError("the disk took everything");
    }

    private static void writeSparse(Path tap, int blocks, int blockBytes) throws IOException {
        ByteBuffer word = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel out = FileChannel.open(tap, StandardOpenOption.WRITE)) {
            long at = 0;
            for (int i = 0; i < blocks; i++) {
                out.write(word.clear().putInt(blockBytes).flip(), at);
                at += TapFormat.recordBytes(blockBytes);
                out.write(word.flip(), at - 4);
            }
        }
    }

    private static FileCartridge blank(Path place, long capacity) throws IOException {
        return FileCartridge.create(place, CartridgeDescription.blank("SBG001L6", capacity, capacity));
    }

    private static FileTapeDrive loaded(FileCartridge cartridge) throws IOException {
        FileTapeDrive drive = new FileTapeDrive("drive1");
        drive.insert(cartridge);
        drive.load();
        return drive;
    }

    private static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static int status(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    private static List<String> output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> lines =
                process.inputReader(StandardCharsets.US_ASCII).lines().toList();
        assertThat(process.waitFor()).isZero();
        return lines;
    }
}
