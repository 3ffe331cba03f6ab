package io.saddlebag.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.host.HostFiles;
import io.saddlebag.image.ReadAhead;
import io.saddlebag.tape.memory.Capacity;
import io.saddlebag.tapeoption.Prompt;
import io.saddlebag.tapeoption.TapeOptions;
import io.saddlebag.volume.Attendants;
import io.saddlebag.volume.ImageToStore;
import io.saddlebag.volume.StoredImage;
import io.saddlebag.workbench.Life;
import io.saddlebag.workbench.Workbench;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** While a drive is busy with its first buffer, the image is made ahead by as many buffers of 1 MiB as activeIo says. */
@Tag("M5")
final class ActiveIoTest {
    private static final int FILES = 12;
    private static final int FILE_BYTES = 1 << 20;
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final Duration NO_MORE = Duration.ofMillis(300);

    @TempDir
    Path home;

    private final Set<String> begun = ConcurrentHashMap.newKeySet();
    private int ahead;

    @ParameterizedTest
    @ValueSource(ints = {1, 5})
    void so_many_buffers_are_made_ahead_and_no_more(int activeIo) throws Exception {
        try (Workbench bench = new Workbench(home, Capacity.ENDLESS, "SBG001")) {
            for (int i = 0; i < FILES; i++) {
                Files.write(bench.data.resolve("base/part" + i), new byte[FILE_BYTES]);
            }
            Workbench.Node node = bench.node(Life.unending(), watched(bench.files));
            TapeOptions options = TapeOptions.parse(Map.of("format", "new_tape", "activeIo", String.valueOf(activeIo)));
            ImageTarget target =
                    new BusyTarget(new TapeTarget("vault", "nightly", options, bench::openVault), activeIo);

            new OfflineBackup(node.backups).run(node.order(node.snapshots(), target));
        }
        // the one that the drive takes next, and those ahead; another file may have been begun in the last of them
        assertThat(ahead).isBetween(activeIo + 1, activeIo + 2);
    }

    private HostFiles watched(HostFiles files) {
        return (HostFiles) Proxy.newProxyInstance(
                HostFiles.class.getClassLoader(), new Class<?>[] {HostFiles.class}, (proxy, method, arguments) -> {
                    if (arguments != null && method.getName().startsWith("open")) {
                        String file = String.valueOf(arguments[0]);
                        if (file.contains("part")) {
                            begun.add(file);
                        }
                    }
                    try {
                        return method.invoke(files, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private void untilBegun(int files, Duration within) {
        long end = System.nanoTime() + within.toNanos();
        while (begun.size() < files && System.nanoTime() < end) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** A drive that takes the first buffer, and nothing more for a while. */
    private final class BusyTarget implements ImageTarget {
        private final ImageTarget target;
        private final int expected;

        BusyTarget(ImageTarget target, int expected) {
            this.target = target;
            this.expected = expected;
        }

        @Override
        public String description() {
            return target.description();
        }

        @Override
        public String place() {
            return target.place();
        }

        @Override
        public int activeIo() {
            return target.activeIo();
        }

        @Override
        public Prompt prompt() {
            return target.prompt();
        }

        @Override
        public List<ImageLane> open(ImageToStore image, Attendants attendants)
                throws IOException, InterruptedException {
            return target.open(image, attendants).stream()
                    .<ImageLane>map(BusyLane::new)
                    .toList();
        }

        private final class BusyLane implements ImageLane {
            private final ImageLane lane;

            BusyLane(ImageLane lane) {
                this.lane = lane;
            }

            @Override
            public StoredImage store(ImageToStore image, InputStream data) throws IOException, InterruptedException {
                byte[] first = data.readNBytes(ReadAhead.DEFAULT_BUFFER_BYTES);
                untilBegun(expected + 2, LONGEST);
                untilBegun(expected + 4, NO_MORE);
                ahead = begun.size() - 1;
                return lane.store(image, new SequenceInputStream(new ByteArrayInputStream(first), data));
            }

            @Override
            public void close() throws IOException {
                lane.close();
            }
        }
    }
}
