package io.saddlebag.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three buffers of four bytes. */
@Tag("D7")
@Timeout(30)
class ReadAheadTest {
    private final ExecutorService one = Executors.newSingleThreadExecutor();

    @AfterEach
    void stop() {
        one.shutdownNow();
    }

    private static ReadAhead ahead(InputStream source, Executor executor) {
        return new ReadAhead(source, executor, 3, 4);
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 5, 11, 12, 13, 10_000})
    void hands_out_the_same_bytes_whatever_the_executor(int length) throws IOException {
        byte[] bytes = noise(length);
        Executor refusing = task -> {
            throw new RejectedExecutionException("shut down");
        };
        for (Executor executor : new Executor[] {one, Runnable::run, task -> {}, refusing}) {
            try (InputStream in = ahead(new ByteArrayInputStream(bytes), executor)) {
                ByteArrayOutputStream got = new ByteArrayOutputStream();
                byte[] piece = new byte[7];
                for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                    got.write(piece, 0, n);
                }
                assertThat(got.toByteArray()).isEqualTo(bytes);
                assertThat(in.read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void a_failure_comes_behind_the_bytes_before_it() throws IOException {
        IOException failure = new IOException("unplugged");
        InputStream source = new FilterInputStream(new ByteArrayInputStream(noise(6))) {
            @Override
            public int read(byte[] b, int off, int len) throws IOException {
                int n = super.read(b, off, len);
                if (n < 0) {
                    throw failure;
                }
                return n;
            }
        };
        try (InputStream in = ahead(source, one)) {
            assertThat(in.readNBytes(6)).isEqualTo(noise(6));
            assertThatThrownBy(in::read).isSameAs(failure);
            assertThatThrownBy(in::read).isSameAs(failure);
        }
    }

    @Test
    void a_programmers_mistake_in_the_source_reaches_the_reader() throws IOException {
        InputStream source = new FilterInputStream(InputStream.nullInputStream()) {
            @Override
            public int read(byte[] b, int off, int len) {
                throw new IllegalStateException("mistake");
            }
        };
        try (InputStream in = ahead(source, one)) {
            assertThatThrownBy(in::read)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("mistake");
        }
    }

    @Test
    void reads_no_further_ahead_than_its_buffers() throws IOException {
        AtomicInteger read = new AtomicInteger();
        InputStream source = new FilterInputStream(new ByteArrayInputStream(noise(1_000))) {
            @Override
            public int read(byte[] b, int off, int len) throws IOException {
                int n = super.read(b, off, len);
                read.addAndGet(n);
                return n;
            }
        };
        try (InputStream in = ahead(source, Runnable::run)) {
            assertThat(read).hasValue(0);
            assertThat(in.read()).isNotNegative();
            assertThat(read).hasValue(12);
            in.readNBytes(3);
            assertThat(read).hasValue(16);
        }
    }

    @Test
    void closing_waits_for_the_read_under_way_and_then_closes_the_source() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger reads = new AtomicInteger();
        AtomicInteger ended = new AtomicInteger();
        AtomicInteger readsAtClose = new AtomicInteger(-1);
        InputStream source = new InputStream() {
            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] b, int off, int len) throws IOException {
                if (reads.incrementAndGet() == 5) {
                    reading.countDown();
                    try {
                        go.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                }
                ended.incrementAndGet();
                return 1;
            }

            @Override
            public void close() {
                // a read under way would have begun and not ended
                readsAtClose.set(ended.get());
            }
        };
        ExecutorService closer = Executors.newSingleThreadExecutor();
        ReadAhead in = ahead(source, one);
        assertThat(in.readNBytes(4)).hasSize(4);
        reading.await();
        var closing = closer.submit(() -> {
            in.close();
            return null;
        });
        assertThat(readsAtClose).hasValue(-1);
        go.countDown();
        closing.get(10, TimeUnit.SECONDS);
        closer.shutdown();
        assertThat(readsAtClose).hasValue(reads.get());
        assertThat(reads.get())
                .as("four handed out, three buffers of four ahead")
                .isBetween(5, 16);
        assertThatThrownBy(() -> in.readNBytes(100)).isInstanceOf(IOException.class);
    }

    @Test
    @Tag("M1")
    void one_thread_is_enough_for_all_stages_together() throws IOException {
        byte[] bytes = noise(100_000);
        InputStream inner = new ReadAhead(new ByteArrayInputStream(bytes), one, 2, 1_000);
        InputStream zstd = new ZstdSeekableInputStream(inner, new ZstdPolicy(1, 3_000, 3, true), one);
        InputStream outer = new ReadAhead(zstd, one, 2, 1_000);
        try (InputStream back = new ReadAhead(new ZstdLayerReader(outer, one), one, 2, 1_000)) {
            assertThat(back.readAllBytes()).isEqualTo(bytes);
        }
    }
}
