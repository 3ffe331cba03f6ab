package io.saddlebag.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.library.Element;
import io.saddlebag.library.file.FileLibrary;
import io.saddlebag.library.file.NewLibrary;
import io.saddlebag.quantity.BlockSize;
import io.saddlebag.quantity.ByteCount;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine on virtual cartridges, and those read back by a stranger. */
class FileLibraryStoreTest {
    private static final BlockSize BLOCK = new BlockSize(65_024);

    @TempDir
    Path folder;

    private final MemoryVolumeRegister register = new MemoryVolumeRegister();

    private TapeStore store(FileLibrary library) {
        return new TapeStore(library, register, Dependents.NONE, Attendants.NONE, new Tapes.TestClock(), BLOCK);
    }

    private FileLibrary library() throws IOException {
        return FileLibrary.openOrCreate(
                folder.resolve("library"),
                NewLibrary.DEFAULT
                        .named("v")
                        .withCartridges(3, "SBG")
                        .withElements(6, 1, 1)
                        .withCapacity(ByteCount.mebibytes(2), ByteCount.kibibytes(128)));
    }

    private static byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        new Random(bytes).nextBytes(noise);
        return noise;
    }

    private StoredImage append(TapeStore store, String id, byte[] data) throws IOException, InterruptedException {
        return store.append(Tapes.image(id), null, new ByteArrayInputStream(data), ProgressListener.SILENT);
    }

    /**
     * Reads tape files as docs/formats/virtual-cartridge.md and tape-labels.md describe them, and knows nothing else of
     * the product: filemarks part the tape into files, and each image is three of them.
     */
    private static List<byte[]> tapeFiles(Path tap) throws IOException {
        ByteBuffer tape = ByteBuffer.wrap(Files.readAllBytes(tap)).order(ByteOrder.LITTLE_ENDIAN);
        List<byte[]> files = new ArrayList<>();
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        while (tape.hasRemaining()) {
            byte[] block = new byte[tape.getInt()];
            if (block.length == 0) {
                files.add(file.toByteArray());
                file.reset();
                continue;
            }
            tape.get(block);
            tape.position(tape.position() + block.length % 2);
            assertThat(tape.getInt()).isEqualTo(block.length);
            file.write(block);
        }
        return files;
    }

    @Test
    @Tag("M8")
    @Tag("M6")
    @Tag("Q14")
    void a_stranger_with_the_pages_gets_every_image_back() throws Exception {
        byte[] one = noise(300_001);
        byte[] two = noise(2_500_000);
        StoredImage image;
        try (FileLibrary library = library();
                TapeStore store = store(library)) {
            append(store, "one", one);
            image = append(store, "two", two);
        }
        assertThat(image.sections()).hasSize(2);
        List<byte[]> first = tapeFiles(folder.resolve("library/cartridges/SBG001L6.tap"));
        List<byte[]> second = tapeFiles(folder.resolve("library/cartridges/SBG002L6.tap"));

        assertThat(first.get(1)).isEqualTo(one);
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.write(first.get(4));
        joined.write(second.get(1));
        assertThat(joined.toByteArray()).isEqualTo(two);
        String trailer = new String(first.get(5), StandardCharsets.US_ASCII);
        assertThat(trailer).hasSize(6 * 80).startsWith("EOV1");
        assertThat(trailer.substring(5 * 80)).startsWith("UTL4VOL000002 ");
        assertThat(new String(second.get(0), StandardCharsets.US_ASCII)).startsWith("VOL1000002");
        assertThat(new String(second.get(2), StandardCharsets.US_ASCII)).startsWith("EOF1");
        String endOfData = new String(second.get(3), StandardCharsets.US_ASCII);
        assertThat(endOfData).hasSize(3 * 80).startsWith("HDR1*END OF DATA*");
        assertThat(endOfData.substring(2 * 80 + 40, 2 * 80 + 46)).isEqualTo("000003");
        assertThat(second.get(4)).isEmpty();
    }

    @Test
    @Tag("M6")
    @Tag("M9")
    @Tag("M15")
    void images_survive_other_processes_moves_and_restarts() throws Exception {
        List<StoredImage> images = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            try (FileLibrary library = library();
                    TapeStore store = store(library)) {
                images.add(append(store, "i" + i, noise(700_000 + i)));
            }
        }
        assertThat(images).extracting(i -> i.sections().size()).contains(2);
        try (FileLibrary library = library()) {
            new RobotOperations(library).unload(Element.drive(1), Element.slot(6));
            try (TapeStore store = store(library)) {
                for (int i = 1; i <= 5; i++) {
                    StoredImage image = images.get(i - 1);
                    try (InputStream in = store.read("i" + i, image.sections())) {
                        assertThat(in.readAllBytes()).isEqualTo(noise(700_000 + i));
                    }
                }
            }
        }
    }
}
