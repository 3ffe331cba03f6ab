package io.saddlebag.qcow2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.disk.MemoryDisk;
import io.saddlebag.disk.WritableDisk;
import io.saddlebag.fault.BackupException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("D9")
@Tag("Q13")
class HostileImagesTest {
    private static final int CLUSTER = Images.CLUSTER;

    private static BackupException refusal(Map<String, byte[]> files, String name) {
        try (Qcow2Image image = Qcow2Chain.open(name, Images.folder(files))) {
            Images.readAll(image);
        } catch (BackupException e) {
            return e;
        } catch (IOException e) {
            throw new AssertionError("no failure that an operator understands", e);
        }
        throw new AssertionError(name + " was taken");
    }

    private static byte[] with(byte[] image, int at, long value, int bytes) {
        byte[] changed = image.clone();
        for (int i = 0; i < bytes; i++) {
            changed[at + i] = (byte) (value >>> (8 * (bytes - 1 - i)));
        }
        return changed;
    }

    private static void refused(byte[] image, Qcow2Fault fault, String text) {
        BackupException refusal = refusal(Map.of("x", image), "x");
        assertThat(refusal.code()).isEqualTo(fault);
        assertThat(refusal.getMessage()).contains(text);
    }

    @Test
    void headers_that_cant_be_true_are_refused() throws IOException {
        byte[] good = Images.image("ab", null);
        refused(new byte[0], Qcow2Fault.NOT_QCOW2, "x is no qcow2 image");
        refused(with(good, 0, 0, 1), Qcow2Fault.NOT_QCOW2, "x is no qcow2 image");
        refused(with(good, 4, 4, 4), Qcow2Fault.UNSUPPORTED, "version 4");
        refused(with(good, 20, 8, 4), Qcow2Fault.MALFORMED, "clusters of 2^8 bytes");
        refused(with(good, 20, 31, 4), Qcow2Fault.MALFORMED, "clusters of 2^31 bytes");
        refused(with(good, 24, -1, 8), Qcow2Fault.MALFORMED, "a disk of 18446744073709551615 bytes");
        refused(with(good, 24, 1L << 51, 8), Qcow2Fault.MALFORMED, "a disk of");
        refused(with(good, 24, 1L << 40, 8), Qcow2Fault.MALFORMED, "a level-1 table of 1 entries");
        refused(with(good, 32, 2, 4), Qcow2Fault.UNSUPPORTED, "encryption");
        refused(with(good, 36, 0x7fffffff, 4), Qcow2Fault.MALFORMED, "a level-1 table of 2147483647 entries");
        refused(with(good, 40, 3 * CLUSTER + 8, 8), Qcow2Fault.MALFORMED, "its level-1 table at byte");
        refused(with(good, 40, 1L << 40, 8), Qcow2Fault.TRUNCATED, "before its level-1 table");
        refused(with(good, 72, 2, 8), Qcow2Fault.UNSUPPORTED, "0x2 is corrupt");
        refused(with(good, 72, 4, 8), Qcow2Fault.UNSUPPORTED, "features 0x4");
        refused(with(good, 100, 8, 4), Qcow2Fault.MALFORMED, "a header of 8 bytes");
        refused(with(good, 8, 1L << 60, 8), Qcow2Fault.MALFORMED, "the name of its backing file");
        refused(with(with(good, 112, 7, 4), 116, 1 << 30, 4), Qcow2Fault.MALFORMED, "a header extension");
    }

    @Test
    void tables_that_lead_nowhere_are_refused() throws IOException {
        byte[] good = Images.image("ab", null);
        int l1 = 3 * CLUSTER;
        int l2 = 4 * CLUSTER;
        refused(with(good, l1, 1L << 40, 8), Qcow2Fault.TRUNCATED, "a level-2 table at 1099511627776");
        refused(with(good, l1, 512, 8), Qcow2Fault.MALFORMED, "a level-2 table at byte 512");
        refused(with(good, l2, 1L << 40, 8), Qcow2Fault.TRUNCATED, "data at 1099511627776");
        refused(with(good, l2, 1024, 8), Qcow2Fault.MALFORMED, "a cluster of data at byte 1024");
        refused(with(good, l2, 1L << 62 | 1L << 50, 8), Qcow2Fault.TRUNCATED, "a compressed cluster at");
        refused(with(good, l2, 1L << 62 | CLUSTER, 8), Qcow2Fault.MALFORMED, "can't be unpacked");
        refused(Arrays.copyOf(good, good.length - 1), Qcow2Fault.TRUNCATED, "data at");
    }

    @Test
    void nothing_but_images_in_the_same_folder_is_opened_below_one() throws IOException {
        byte[] image = Images.image("..", "parent");
        int nameAt = ByteBuffer.wrap(image).getInt(12);
        for (String name : new String[] {"/a/b/c", "../abc", "a\0b\nc.", "nbd:xy"}) {
            byte[] evil = image.clone();
            System.arraycopy(name.getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, evil, nameAt, 6);
            refused(evil, Qcow2Fault.NO_BACKING, "is not opened: it has a");
        }
        byte[] raw = image.clone();
        int formatAt = 112 + 8;
        System.arraycopy(new byte[] {'r', 'a', 'w', 'x', 'x'}, 0, raw, formatAt, 5);
        refused(raw, Qcow2Fault.NO_BACKING, "it is of format rawxx");
        refused(image, Qcow2Fault.NO_BACKING, "there is no such file beside it");
    }

    @Test
    void chains_that_go_in_a_circle_or_on_for_ever_are_refused() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("a", Images.image("..", "b"));
        files.put("b", Images.image("..", "a"));
        assertThat(refusal(files, "a").getMessage()).contains("the chain [a, b] comes back to it");
        files.put("a", Images.image("..", "a"));
        assertThat(refusal(files, "a").getMessage()).contains("the chain [a] comes back to it");

        for (int i = 0; i < Qcow2Chain.MAX_IMAGES; i++) {
            files.put("i" + i, Images.image("..", "i" + (i + 1)));
        }
        files.put("i" + Qcow2Chain.MAX_IMAGES, Images.image("ab", null));
        assertThat(refusal(files, "i0").getMessage()).contains("there are 256 images above it");
        assertThat(Images.readAll(Qcow2Chain.open("i1", Images.folder(files)))).isEqualTo(Images.disk("ab"));
    }

    @Test
    void what_was_opened_is_closed_when_the_chain_cant_be() throws IOException {
        Map<String, byte[]> files =
                Map.of("top", Images.image("..", "middle"), "middle", Images.image("..", "missing"));
        Map<String, MemoryDisk> opened = new HashMap<>();
        Qcow2Chain.ImageFolder folder = name -> {
            MemoryDisk disk = (MemoryDisk) Images.folder(files).open(name);
            opened.put(name, disk);
            return disk;
        };

        assertThatThrownBy(() -> Qcow2Chain.open("top", folder)).isInstanceOf(BackupException.class);

        assertThat(opened).hasSize(2);
        assertThat(opened.values()).allMatch(MemoryDisk::isClosed);
    }

    @Test
    void an_image_of_another_layout_isnt_restored_in_one_pass() throws IOException {
        byte[] good = Images.image("ab", null);
        int l2 = 4 * CLUSTER;
        byte[] swapped = with(with(good, l2, 1L << 63 | 6 * CLUSTER, 8), l2 + 8, 1L << 63 | 5 * CLUSTER, 8);
        assertThatThrownBy(() -> SinglePassImage.open(new ByteArrayInputStream(swapped), "x"))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("can't be read in one pass: its clusters are not in order")
                .hasMessageContaining("qemu-img convert");
        byte[] behind = with(good, l2 + 16, 1L << 63 | 7 * CLUSTER, 8);
        assertThatThrownBy(() -> SinglePassImage.open(new ByteArrayInputStream(behind), "x"))
                .hasMessageContaining("clusters behind the disk's end");
    }

    /** Whatever is changed: the disk is read, or an operator is told why not; nothing hangs, nothing else is thrown. */
    @Test
    void damaged_images_are_read_or_refused() throws IOException {
        Map<String, byte[]> good = Map.of("full", Images.image("ab.c", null), "over", Images.image("A.0.", "full"));
        for (long seed = 0; seed < 4000; seed++) {
            Random random = new Random(seed);
            Map<String, byte[]> files = new HashMap<>(good);
            String victim = random.nextBoolean() ? "full" : "over";
            files.put(victim, damaged(good.get(victim), random));
            try (Qcow2Image image = Qcow2Chain.open("over", Images.folder(files))) {
                ByteBuffer into = ByteBuffer.allocate(CLUSTER);
                for (long at = 0; at + CLUSTER <= Math.min(image.sizeBytes(), 16L * CLUSTER); at += CLUSTER) {
                    image.read(at, into.clear());
                }
            } catch (BackupException e) {
                assertThat(e.codeId()).as("seed %s", seed).startsWith("SBG-N0");
            } catch (IOException | RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
            try {
                SinglePassImage image = SinglePassImage.open(new ByteArrayInputStream(files.get(victim)), victim);
                image.copyTo(new Nowhere(image.diskBytes()));
            } catch (BackupException e) {
                assertThat(e.codeId()).as("seed %s", seed).startsWith("SBG-N0");
            } catch (IOException | RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private static byte[] damaged(byte[] good, Random random) {
        byte[] bytes = good.clone();
        int tables = 5 * CLUSTER;
        for (int i = 0; i < 1 + random.nextInt(3); i++) {
            // where it matters: header, tables' beginnings
            int at = random.nextInt(3) == 0
                    ? random.nextInt(160)
                    : random.nextInt(tables / CLUSTER) * CLUSTER + random.nextInt(48);
            switch (random.nextInt(3)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                default -> ByteBuffer.wrap(bytes).putLong(at, random.nextLong() >>> random.nextInt(64));
            }
        }
        return random.nextInt(8) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
    }

    private record Nowhere(long sizeBytes) implements WritableDisk {
        @Override
        public void write(long offsetBytes, ByteBuffer bytes) {
            if (offsetBytes < 0 || bytes.remaining() > sizeBytes - offsetBytes) {
                throw new AssertionError("a write behind the end");
            }
        }

        @Override
        public void zero(long offsetBytes, long lengthBytes) {
            if (offsetBytes < 0 || lengthBytes < 0 || lengthBytes > sizeBytes - offsetBytes) {
                throw new AssertionError("zeros behind the end");
            }
        }

        @Override
        public void sync() {}

        @Override
        public void close() {}
    }
}
