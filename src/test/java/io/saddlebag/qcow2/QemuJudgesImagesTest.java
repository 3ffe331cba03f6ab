package io.saddlebag.qcow2;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.disk.ClusterSet;
import io.saddlebag.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What QEMU says of our images, and we of QEMU's. */
@Tag("D9")
class QemuJudgesImagesTest {
    @TempDir
    Path folder;

    @BeforeEach
    void qemu() {
        Program.need("qemu-img");
    }

    private void write(String name, byte[] bytes) throws IOException {
        Files.write(folder.resolve(name), bytes);
    }

    private String qemu(Object... words) throws IOException, InterruptedException {
        Object[] command = new Object[words.length + 1];
        command[0] = "qemu-img";
        System.arraycopy(words, 0, command, 1, words.length);
        return Program.run(folder, command);
    }

    private void compare(String image, String drawing) throws IOException, InterruptedException {
        write("raw", Images.disk(drawing));
        assertThat(qemu("check", image)).contains("No errors were found");
        assertThat(qemu("compare", "-f", "qcow2", "-F", "raw", image, "raw")).contains("Images are identical");
    }

    @Test
    void an_image_is_clean_and_identical() throws Exception {
        for (String drawing : new String[] {"a", ".", "ab..c.", "...................."}) {
            write("full.qcow2", Images.image(drawing, null));
            compare("full.qcow2", drawing);
        }
    }

    @Test
    void a_chain_is_clean_and_identical_and_names_its_parents() throws Exception {
        write("full.qcow2", Images.image("abc.e", null));
        write("first.qcow2", Images.image(".B..0", "full.qcow2"));
        write("second.qcow2", Images.image("A..D.", "first.qcow2"));

        compare("second.qcow2", "ABcD0");
        assertThat(qemu("info", "--backing-chain", "second.qcow2"))
                .contains("backing file: first.qcow2")
                .contains("backing file: full.qcow2")
                .contains("backing file format: qcow2")
                .contains("compat: 1.1")
                .contains("corrupt: false");
    }

    /** Larger than a level-2 table covers, and than a refcount block counts. */
    @Test
    void a_disk_of_three_gigabytes_is_clean() throws Exception {
        long clusters = 50_000;
        var data = ClusterSet.none(clusters * Images.CLUSTER);
        data.addRange(0, 100);
        data.addRange(20_000, 20_100);
        data.add(clusters - 1);
        var none = ClusterSet.none(clusters * Images.CLUSTER);
        var layout = new Qcow2Layout(clusters * Images.CLUSTER, data, none, null);
        write("big.qcow2", Images.image(layout, new PatternDisk(clusters * Images.CLUSTER), 1 << 20));

        assertThat(qemu("check", "big.qcow2")).contains("No errors were found").contains("201/50000");
    }

    @Test
    void images_that_qemu_made_are_read() throws Exception {
        String drawing = "ab..c.dd";
        write("raw", Images.disk(drawing));
        for (String options : new String[] {
            "compat=0.10", "compat=1.1", "cluster_size=512", "cluster_size=2M", "compression_type=zstd"
        }) {
            for (boolean compressed : new boolean[] {false, true}) {
                String flag = compressed ? "-c" : "-q";
                qemu("convert", flag, "-f", "raw", "-O", "qcow2", "-o", options, "raw", "made.qcow2");
                try (Qcow2Image image = Qcow2Chain.open("made.qcow2", Images.folder(folder))) {
                    assertThat(Images.readAll(image)).as(options + " " + flag).isEqualTo(Images.disk(drawing));
                }
            }
        }
    }

    @Test
    void a_chain_that_qemu_goes_on_with_is_read() throws Exception {
        Program.need("qemu-io");
        write("full.qcow2", Images.image("abc.e", null));
        qemu("create", "-q", "-f", "qcow2", "-b", "full.qcow2", "-F", "qcow2", "over.qcow2");
        Program.run(
                folder, "qemu-io", "-f", "qcow2", "-c", "write -P 9 70000 3000", "-c", "discard 0 64k", "over.qcow2");
        qemu("convert", "-f", "qcow2", "-O", "raw", "over.qcow2", "expected");

        try (Qcow2Image image = Qcow2Chain.open("over.qcow2", Images.folder(folder))) {
            assertThat(Images.readAll(image)).isEqualTo(Files.readAllBytes(folder.resolve("expected")));
        }
    }

    @Test
    void random_layouts_are_clean_and_identical() throws Exception {
        for (long seed = 0; seed < 12; seed++) {
            Random random = new Random(seed);
            StringBuilder full = new StringBuilder();
            StringBuilder overlay = new StringBuilder();
            StringBuilder together = new StringBuilder();
            for (int i = 0; i < 1 + random.nextInt(40); i++) {
                char below = "ab..".charAt(random.nextInt(4));
                char above = "X0..".charAt(random.nextInt(4));
                full.append(below);
                overlay.append(above);
                together.append(above == '.' ? below : above);
            }
            write("full.qcow2", Images.image(full.toString(), null));
            write("over.qcow2", Images.image(overlay.toString(), "full.qcow2"));
            compare("full.qcow2", full.toString());
            compare("over.qcow2", together.toString());
        }
    }
}
