package io.saddlebag.level;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.catalog.Backup;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that is longer than the 8 GiB that a plain tar header can say. */
@Tag("D3")
class HugeFileTest {
    /** Of which nearly all is a hole. */
    private static final long BYTES = (8L << 30) + (1 << 20);

    @TempDir
    Path home;

    @Test
    void comes_back_with_its_length_its_holes_and_what_is_beyond_eight_gibibytes() throws Exception {
        try (LevelBench bench = new LevelBench(home)) {
            Path huge = bench.tree.resolve("huge");
            try (FileChannel file = FileChannel.open(huge, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                file.write(ByteBuffer.wrap("first".getBytes(US_ASCII)), 0);
                file.write(ByteBuffer.wrap("beyond".getBytes(US_ASCII)), (8L << 30) + 4096);
                file.write(ByteBuffer.wrap("last".getBytes(US_ASCII)), BYTES - 4);
            }

            Backup backup = bench.backUp("0");
            Path restored = bench.restore(backup).resolve("huge");

            assertThat(backup.dataBytes()).as("stored, without holes").isLessThan(1 << 20);
            assertThat(Files.size(restored)).isEqualTo(BYTES);
            assertThat(bench.bench.files.dataRanges(restored, 10)).isEqualTo(bench.bench.files.dataRanges(huge, 10));
            try (FileChannel file = FileChannel.open(restored, StandardOpenOption.READ)) {
                assertThat(at(file, 0, 5)).isEqualTo("first");
                assertThat(at(file, (8L << 30) + 4096, 6)).isEqualTo("beyond");
                assertThat(at(file, BYTES - 4, 4)).isEqualTo("last");
            }
        }
    }

    private static String at(FileChannel file, long position, int bytes) throws Exception {
        ByteBuffer read = ByteBuffer.allocate(bytes);
        file.read(read, position);
        return new String(read.array(), US_ASCII);
    }
}
