package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.saddlebag.app.CommandLineInProcess;
import io.saddlebag.app.CommandLineInProcess.Said;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pool in an object store that speaks S3 (S3Mock, a server of its own), through Camel's component for it. */
@Tag("M24")
class ObjectStorePoolIT {
    private static final int MIB = 1 << 20;

    @TempDir
    Path folder;

    private Path home;
    private Path data;
    private ObjectStore store;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(ObjectStore.isHere(), "the object store's program isn't here; Maven fetches it");
        store = ObjectStore.in(Files.createDirectory(folder.resolve("store")));
        home = Files.createDirectory(folder.resolve("home"));
        data = Files.createDirectory(folder.resolve("data"));
        byte[] content = new byte[13 * MIB];
        new Random(3).nextBytes(content);
        Files.write(data.resolve("large"), content);
        Files.writeString(data.resolve("letter"), "dear");
        Files.createDirectories(home.resolve("config/datasets"));
        Files.writeString(home.resolve("config/datasets/docs.ds"), "include path " + data + "\n");
        configure(store.options());
    }

    private void configure(String options) throws Exception {
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                node: here
                pools:
                  parts:
                    put: "aws2-s3://BUCKET?keyName={family}/{file}&multiPartUpload=true&partSize=5242880&OPTIONS"
                    request: "aws2-s3://BUCKET?operation=getObject&keyName={family}/{file}&OPTIONS"
                    delete: "aws2-s3://BUCKET?operation=deleteObject&keyName={family}/{file}&OPTIONS"
                    sectionSize: 6MiB
                    spool: var/spool
                families:
                  brief: { writeWindow: 1s, retention: 1s }
                """.replace("BUCKET", ObjectStore.BUCKET)
                .replace("OPTIONS", options));
    }

    @AfterEach
    void stop() {
        if (store != null) {
            store.close();
        }
    }

    private Said run(String... command) {
        return CommandLineInProcess.run(home, command);
    }

    private Said backUp() {
        return backUp("brief");
    }

    private Said backUp(String family) {
        return run(
                "backup",
                "--dataset",
                "docs",
                "--pool",
                "parts",
                "--family",
                family,
                "--provider",
                "none",
                "--compression",
                "none");
    }

    private void assertRestored(String to) throws Exception {
        run("restore", "docs", "--to", folder.resolve(to).toString()).ok();
        Path there = folder.resolve(to).resolve(data.toString().substring(1));
        assertThat(there.resolve("letter")).hasContent("dear");
        assertThat(there.resolve("large")).hasSameBinaryContentAs(data.resolve("large"));
    }

    @Test
    @Tag("C1")
    void a_backup_in_sections_is_verified_restored_and_read_into_an_empty_catalog() throws Exception {
        backUp().ok();

        List<String> files = new ArrayList<>();
        StreamSupport.stream(run("lsbu", "--json").json().get(0).path("files").spliterator(), false)
                .forEach(file -> files.add(file.path("path").asText()));
        assertThat(files).hasSize(3);
        run("verify", "1").ok();
        assertRestored("restored");

        Files.delete(home.resolve("var/catalog.sqlite"));
        List<String> importing = new ArrayList<>(List.of("catalog", "import", "parts"));
        importing.addAll(files);
        assertThat(run(importing.toArray(String[]::new)).ok().out()).contains("1 backups were read in");
        assertRestored("restored-again");
    }

    @Test
    @Tag("C13")
    void expired_images_are_deleted_from_the_store() throws Exception {
        backUp().ok();
        backUp().ok();
        assertThat(store.contents()).hasSize(12);

        Until.holds(
                "a first backup that has expired",
                Duration.ofMinutes(1),
                () -> run("pool", "prune", "parts").ok().out().contains("quarantine backup 1 of docs"));
        run("pool", "prune", "parts", "--execute").ok();
        assertThat(store.contents()).hasSize(12);
        run("pool", "prune", "parts", "--execute").ok();

        assertThat(store.contents()).hasSize(6);
        run("verify", "2").ok();
        assertRestored("restored");
    }

    @Test
    void an_image_of_which_an_object_is_damaged_is_not_restored_as_if_it_were_whole() throws Exception {
        backUp().ok();
        for (Path content : store.contents()) {
            if (Files.size(content) > 5 * MIB) {
                byte[] bytes = Files.readAllBytes(content);
                bytes[bytes.length / 2] ^= 1;
                Files.write(content, bytes);
            }
        }

        assertThat(run("verify", "1").code()).isNotZero();
        assertThat(run("restore", "docs", "--to", folder.resolve("damaged").toString())
                        .code())
                .isNotZero();
        assertThat(folder.resolve("damaged")
                        .resolve(data.toString().substring(1))
                        .resolve("large"))
                .doesNotExist();
    }

    @Test
    void without_its_store_a_backup_fails_and_the_next_one_is_whole() throws Exception {
        store.stop();

        assertThat(backUp().code()).isNotZero();
        assertThat(run("lsbu", "--json").json()).isEmpty();

        store = ObjectStore.in(Files.createDirectory(folder.resolve("another-store")));
        configure(store.options());
        backUp().ok();
        assertRestored("restored");
    }
}
