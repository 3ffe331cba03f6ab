package io.saddlebag.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("D9")
@Timeout(60)
class WriteBehindTest {
    private static final int MIB = 1 << 20;

    private final ExecutorService executor = Executors.newFixedThreadPool(3);
    private final ArrayDisk below = new ArrayDisk(12 * MIB + 700);
    private final WriteBehind disk = new WriteBehind(below, executor);

    /** In memory, with a fault on demand. */
    private static final class ArrayDisk implements WritableDisk {
        private final byte[] bytes;
        private long failAt = -1;
        private int synced;
        private boolean closed;

        ArrayDisk(int size) {
            bytes = new byte[size];
        }

        @Override
        public long sizeBytes() {
            return bytes.length;
        }

        @Override
        public void write(long offsetBytes, ByteBuffer from) throws IOException {
            if (failAt >= offsetBytes && failAt < offsetBytes + from.remaining()) {
                throw new IOException("byte " + failAt + " can't be written");
            }
            from.get(bytes, (int) offsetBytes, from.remaining());
        }

        @Override
        public void zero(long offsetBytes, long lengthBytes) {
            Arrays.fill(bytes, (int) offsetBytes, (int) (offsetBytes + lengthBytes), (byte) 0);
        }

        @Override
        public void sync() {
            synced++;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @AfterEach
    void end() {
        executor.shutdownNow();
    }

    @Test
    void what_was_written_is_there_after_a_sync_in_the_order_of_the_calls() throws IOException {
        byte[] expected = new byte[below.bytes.length];
        for (long seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            for (int i = 0; i < 40; i++) {
                int from = random.nextInt(expected.length);
                int length = random.nextInt(Math.min(3 * MIB, expected.length - from) + 1);
                if (random.nextInt(4) == 0) {
                    Arrays.fill(expected, from, from + length, (byte) 0);
                    disk.zero(from, length);
                } else {
                    byte value = (byte) random.nextInt();
                    Arrays.fill(expected, from, from + length, value);
                    byte[] bytes = new byte[length];
                    Arrays.fill(bytes, value);
                    ByteBuffer buffer = ByteBuffer.wrap(bytes);
                    disk.write(from, buffer);
                    assertThat(buffer.hasRemaining()).isFalse();
                    // the caller's again
                    Arrays.fill(bytes, (byte) 99);
                }
            }
            disk.sync();
            assertThat(Arrays.mismatch(below.bytes, expected))
                    .as("seed %s", seed)
                    .isEqualTo(-1);
        }
        assertThat(below.synced).isEqualTo(20);
    }

    @Test
    void a_write_that_failed_is_told_at_the_latest_by_sync() throws IOException {
        below.failAt = 5;
        disk.write(0, ByteBuffer.wrap(new byte[10]));

        assertThatThrownBy(disk::sync).isInstanceOf(IOException.class).hasMessage("byte 5 can't be written");
        assertThat(below.synced).isZero();
        disk.close();
        assertThat(below.closed).isTrue();
    }

    @Test
    void without_anybody_who_writes_behind_the_caller_does() throws IOException {
        executor.shutdownNow();
        disk.write(MIB - 3, ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}));

        disk.sync();

        assertThat(Arrays.copyOfRange(below.bytes, MIB - 3, MIB + 2)).containsExactly(1, 2, 3, 4, 5);
    }
}
