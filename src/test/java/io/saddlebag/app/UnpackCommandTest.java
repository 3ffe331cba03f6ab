package io.saddlebag.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image file alone: no configuration, no catalog. */
@Tag("C6")
@Tag("X13")
final class UnpackCommandTest {
    @TempDir
    Path home;

    @Test
    void an_image_file_is_restored_where_there_is_no_node() throws Exception {
        Path image = image("srv/a/file", 0644);
        Path to = home.resolve("to");
        var said = run(image, "--to", to.toString(), "--map", "/srv/a=" + home.resolve("mapped"));
        assertThat(said.ok().out()).contains("restored 1 objects");
        assertThat(home.resolve("mapped/file")).hasContent("text");
        assertThat(to).doesNotExist();
    }

    @Test
    void what_is_there_stays_unless_it_is_told_otherwise() throws Exception {
        Path image = image("file", 0644);
        Path there =
                Files.writeString(Files.createDirectories(home.resolve("to")).resolve("file"), "mine");
        run(image, "--to", there.getParent().toString()).ok();
        assertThat(there).hasContent("mine");
        run(image, "--to", there.getParent().toString(), "--existing", "replace")
                .ok();
        assertThat(there).hasContent("text");
    }

    @Test
    void a_set_user_id_bit_is_left_out_with_a_remark() throws Exception {
        Path image = image("su", 04755);
        var said = run(image, "--to", home.resolve("to").toString()).ends(3);
        assertThat(said.err()).contains("/su").contains("--devices");
        assertThat((int) Files.getAttribute(home.resolve("to/su"), "unix:mode") & 07777)
                .isEqualTo(0755);
    }

    @Test
    void what_is_no_image_or_does_not_hold_what_is_asked_for_is_a_failure() throws Exception {
        Path image = image("file", 0644);
        String to = home.resolve("to").toString();
        assertThat(run(home.resolve("none"), "--to", to).ends(1).err()).contains("there is no image");
        assertThat(run(image, "--to", to, "--object", "/other").ends(1).err()).contains("holds none of /other");
        assertThat(run(image, "--to", to, "--map", "x").ends(2).err()).contains("such as /srv/a=/restore/b");
        assertThat(run(Files.writeString(home.resolve("text"), "text"), "--to", to)
                        .ends(1)
                        .err())
                .contains("neither a tar header");
    }

    private static CommandLineInProcess.Said run(Path image, String... options) {
        List<String> all = new java.util.ArrayList<>(List.of("unpack", image.toString()));
        all.addAll(List.of(options));
        return CommandLineInProcess.run(all);
    }

    private Path image(String name, int mode) throws IOException {
        Path image = home.resolve("image.tar");
        try (OutputStream out = Files.newOutputStream(image);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            TarArchiveEntry entry = new TarArchiveEntry(name);
            entry.setMode(0100000 | mode);
            entry.setSize(4);
            tar.putArchiveEntry(entry);
            tar.write("text".getBytes(StandardCharsets.UTF_8));
            tar.closeArchiveEntry();
        }
        return image;
    }
}
