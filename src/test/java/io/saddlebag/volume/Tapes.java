package io.saddlebag.volume;

import io.saddlebag.library.Element;
import io.saddlebag.library.memory.MemoryLibrary;
import io.saddlebag.library.memory.MemoryLibraryBuilder;
import io.saddlebag.media.Lane;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeId;
import io.saddlebag.quantity.BlockSize;
import io.saddlebag.tape.memory.Capacity;
import io.saddlebag.tapeoption.TapeOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/**
 * A store on a library in memory: blocks of 4 bytes. A label takes 6 blocks of a volume, an image's label 10, its trailer
 * 5 or 6, an end-of-data label 3; filemarks take none.
 */
final class Tapes {
    static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    static final BlockSize FOUR = new BlockSize(4);
    /** Room for labels behind early warning. */
    static final int MARGIN = 30;

    final MemoryLibrary library;
    final MemoryVolumeRegister register;
    final List<String> notes = new ArrayList<>();
    final List<FoundSection> found = new ArrayList<>();
    final TestClock clock = new TestClock();
    OperatorDesk desk = OperatorDesk.UNATTENDED;
    private BlockSize blockSize = FOUR;
    private TapeOptions options = TapeOptions.DEFAULT;
    TapeStore store;

    Tapes(MemoryLibrary library, MemoryVolumeRegister register) {
        this.library = library;
        this.register = register;
        this.store = newStore();
    }

    static Tapes with(Consumer<MemoryLibraryBuilder> setUp, String... barcodes) {
        MemoryLibraryBuilder builder = MemoryLibrary.with(barcodes);
        setUp.accept(builder);
        return new Tapes(builder.build(), new MemoryVolumeRegister());
    }

    /** Cartridges that warn after so many blocks of data in one image. */
    static Tapes ofDataBlocks(int dataBlocks, String... barcodes) {
        return with(b -> b.capacity(Capacity.ofBlocks(16L + dataBlocks, MARGIN)), barcodes);
    }

    /** From now on blocks have protected framing: a header of 80 bytes and 4 of data. */
    Tapes framed(String crc, int groupSize) throws IOException {
        blockSize = new BlockSize(84);
        return with("format", "new_tape", "crc", crc, "groupSize", String.valueOf(groupSize))
                .restart();
    }

    /** From now on images are written like this. */
    Tapes with(String... namesAndValues) {
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            given.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        options = TapeOptions.parse(given);
        return this;
    }

    /** As after a restart of the program. */
    Tapes restart() throws IOException {
        store.close();
        store = newStore();
        return this;
    }

    /** Gives the drive back and puts its cartridge into that slot. */
    void putBack(int slot) throws IOException {
        store.close();
        library.drive(1).unload();
        library.move(Element.drive(1), Element.slot(slot));
    }

    private TapeStore newStore() {
        OperatorDesk present = new OperatorDesk() {
            @Override
            public void needVolume(String what) throws IOException, InterruptedException {
                desk.needVolume(what);
            }

            @Override
            public boolean acceptsLabel(String what) throws IOException, InterruptedException {
                return desk.acceptsLabel(what);
            }
        };
        Attendants attendants = new Attendants(present, (v, s) -> found.addAll(s), notes::add);
        return new TapeStore(library, register, Dependents.NONE, attendants, clock, blockSize);
    }

    static ImageToStore image(String id) {
        return image(id, "jane");
    }

    static ImageToStore image(String id, String owner) {
        return new ImageToStore(id, Lane.ONLY, "orders", "nightly/1", owner, "chicago", List.of("tar"), NOON);
    }

    StoredImage append(String id, String data) throws IOException, InterruptedException {
        return append(id, null, data);
    }

    StoredImage append(String id, String family, String data) throws IOException, InterruptedException {
        byte[] bytes = data.getBytes(StandardCharsets.US_ASCII);
        return store.append(image(id), family, options, new ByteArrayInputStream(bytes), ProgressListener.SILENT);
    }

    String read(StoredImage image) throws IOException {
        try (InputStream in = store.read(image.image().imageId(), image.sections())) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    Volume volume(String id) {
        return register.find(new VolumeId(id)).orElseThrow();
    }

    static String letters(int count) {
        StringBuilder text = new StringBuilder();
        Random random = new Random(count);
        for (int i = 0; i < count; i++) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        return text.toString();
    }

    /** A clock that a test moves. */
    static final class TestClock extends Clock {
        Instant now = NOON;

        void passes(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
