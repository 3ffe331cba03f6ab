package io.saddlebag.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.testing.PostgresServer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A real PostgreSQL is backed up offline to a virtual tape library by the shipped route, broken, restored by a dropped
 * request file, and compared row by row. Run by {@code scripts/first-backup [DIR]}; all files stay in DIR.
 */
public final class FirstBackup {
    private static final int ROWS = 400_000;
    private static final String FINGERPRINT =
            "select count(*) || ' rows, sum ' || sum(hashtextextended(orders::text, 0))" + " from orders";

    private final Path project;
    private final Path folder;
    private final PrintStream out;
    private final List<String> report = new ArrayList<>();

    FirstBackup(Path project, Path folder, PrintStream out) {
        this.project = project;
        this.folder = folder;
        this.out = out;
    }

    /** Arguments: the project's folder, and the folder to work in. Exit code 0 when every check held. */
    public static void main(String[] arguments) throws Exception {
        Path project = Path.of(arguments[0]).toAbsolutePath();
        Path folder = Path.of(arguments[1]).toAbsolutePath();
        if (Files.exists(folder) && !isEmpty(folder)) {
            System.err.println("first-backup: " + folder + " is not empty; name a new folder, or remove this one");
            System.exit(2);
        }
        new FirstBackup(project, folder, System.out).run();
    }

    void run() throws Exception {
        Files.createDirectories(folder);
        try (Ground ground = Ground.in(folder);
                PostgresServer server =
                        PostgresServer.initdb("orders", ground.folder().resolve("data"))) {
            say("1. A real PostgreSQL with " + ROWS + " rows in "
                    + server.settings().dataDirectory());
            server.started();
            fill(server);
            String before = server.ask(FINGERPRINT);
            Path home = home(server, ground);
            try (Product product = Product.start(project.resolve("scripts/saddlebag"), home)) {
                backUp(server, ground, home, product);
                breakIt(server);
                restore(home, product);
                compare(server, before);
                afterwards(product);
            }
            server.adapter().stop(Duration.ofMinutes(1), line -> {});
        }
        out.println();
        report.forEach(out::println);
        Files.write(folder.resolve("REPORT.txt"), report);
        out.println("\nEverything is in " + folder + "; this report is REPORT.txt there.");
    }

    private void fill(PostgresServer server) throws SQLException {
        server.execute(
                "create table orders (id bigint primary key, customer text, amount numeric(12,2), placed timestamptz)");
        server.execute("insert into orders select n, 'customer ' || md5(n::text), (n::bigint * 7919 % 1000000) / 100.0,"
                + " timestamptz '2026-01-01' + n * interval '1 minute' from generate_series(1, " + ROWS + ") n");
        server.execute("create index on orders (customer)");
    }

    private Path home(PostgresServer server, Ground ground) throws IOException {
        Path home = Files.createDirectories(folder.resolve("home"));
        Files.createDirectories(home.resolve("config"));
        Files.createDirectories(home.resolve("requests"));
        Files.createDirectories(home.resolve("triggers"));
        Files.createDirectories(home.resolve("routes/templates"));
        var settings = server.settings();
        var runAs = settings.runAs();
        Files.writeString(home.resolve("config/saddlebag.yaml"), """
                libraries:
                  vault:
                    folder: vault
                    create: { slots: 8, drives: 2, mailSlots: 2, cartridges: 6, capacity: 64MiB }
                families:
                  nightly: { writeWindow: 7d, retention: 14d }
                databases:
                  orders:
                    engine: postgresql
                    bin: %s
                    data: %s
                    port: %d
                %s""".formatted(
                        settings.binDirectory(),
                        settings.dataDirectory(),
                        settings.port(),
                        runAs == null ? "" : "    runAs: \"" + runAs.user() + ":" + runAs.group() + "\"\n"));
        for (String route : List.of(
                "errors.yaml",
                "restore-on-request.yaml",
                "templates/offline-backup.yaml",
                "templates/offline-backup-without-snapshot.yaml")) {
            Files.copy(
                    project.resolve("routes").resolve(route),
                    home.resolve("routes").resolve(route),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        Files.writeString(home.resolve("routes/backup-orders.yaml"), """
                - templatedRoute:
                    routeTemplateRef: %s
                    routeId: backup-orders
                    parameters:
                      - { name: database, value: orders }
                      - { name: trigger, value: "file:%s?include=backup-now&delete=true&readLock=changed&readLockMinAge=200&readLockCheckInterval=100&readLockTimeout=5000" }
                      - { name: library, value: vault }
                      - { name: family, value: nightly }
                """.formatted(
                ground.snapshots() ? "offline-backup" : "offline-backup-without-snapshot", home.resolve("triggers")));
        return home;
    }

    private void backUp(PostgresServer server, Ground ground, Path home, Product product) throws Exception {
        say("2. Back it up: the file triggers/backup-now starts route backup-orders (" + ground.explanation() + ")");
        JsonNode job;
        List<Client.Outage> outages;
        try (Client client = new Client(server)) {
            drop(home.resolve("triggers"), "backup-now", "now\n");
            job = product.endOf("backup orders");
            outages = client.outages();
        }
        require(job.path("state").asText().equals("completed"), "the backup job completed", job.toPrettyString());
        report("BACKUP");
        report("  job             " + job.path("name").asText() + ", "
                + job.path("state").asText());
        report("  snapshot        provider " + figure(job, "snapshot-provider") + ", " + figure(job, "snapshot-ms")
                + " ms");
        report("  downtime        " + figure(job, "downtime-ms") + " ms by the job's record");
        for (Client.Outage outage : outages) {
            report("  client          no answer for " + outage.millis() + " ms, from " + outage.from());
        }
        report("  image           " + figure(job, "objects") + " objects, " + figure(job, "data-bytes")
                + " bytes of data, " + figure(job, "image-bytes") + " bytes on tape");
        report("  volumes         " + figure(job, "volumes"));
        proveOrder(job, outages, ground);
    }

    private void proveOrder(JsonNode job, List<Client.Outage> outages, Ground ground) {
        Instant started = Instant.parse(step(job, "start orders").path("ended").asText());
        Instant imageFrom =
                Instant.parse(step(job, "write image orders").path("started").asText());
        Instant imageTo =
                Instant.parse(step(job, "write image orders").path("ended").asText());
        report("  image written   " + Duration.between(imageFrom, imageTo).toMillis() + " ms, " + imageFrom + " to "
                + imageTo);
        if (!ground.snapshots()) {
            report(
                    "  cost of none    the database was down while its image was written; a snapshot would have spared that");
            return;
        }
        require(
                !started.isAfter(imageFrom),
                "the database was open before the image was begun, by the job's record",
                job.toString());
        require(!outages.isEmpty(), "the client saw the database go down", "it never did");
        for (Client.Outage outage : outages) {
            require(
                    outage.to().isBefore(imageTo),
                    "the client had an answer before the image was written",
                    outage + " and the image was written at " + imageTo);
        }
        report("  proof           open again at " + started + ", before the image was begun at " + imageFrom);
    }

    private void breakIt(PostgresServer server) throws Exception {
        say("3. Break it: drop the table, stop the server hard, delete base/ and pg_control");
        server.execute("drop table orders");
        server.kill();
        Path data = server.settings().dataDirectory();
        deleteTree(data.resolve("base"));
        Files.delete(data.resolve("global/pg_control"));
    }

    private void restore(Path home, Product product) throws Exception {
        say("4. Restore it: the file requests/restore-orders.yaml asks for the newest backup");
        Instant asked = Instant.now();
        drop(home.resolve("requests"), "restore-orders.yaml", "restore: orders\ndatabase: orders\n");
        JsonNode job = product.endOf("restore orders");
        require(job.path("state").asText().equals("completed"), "the restore job completed", job.toPrettyString());
        report("RESTORE");
        report("  job             " + job.path("name").asText() + ", "
                + job.path("state").asText());
        report("  took            "
                + Duration.between(asked, Instant.parse(job.path("ended").asText()))
                        .toMillis() + " ms from the dropped file to the open database");
    }

    private void compare(PostgresServer server, String before) throws SQLException {
        say("5. Compare all rows");
        String after = server.ask(FINGERPRINT);
        require(after.equals(before), "all rows are as they were", "before " + before + ", after " + after);
        report("  rows            " + after + ", as before");
    }

    private void afterwards(Product product) throws Exception {
        say("6. Verify the image by reading it back");
        Product.Said verified = product.command("verify", "1");
        require(verified.exitCode() == 0, "the image verifies", verified.text());
        report("  verified        backup 1 was read back through the restore path and compared");
        report("");
        report("saddlebag lsbu");
        product.command("lsbu").text().lines().forEach(line -> report("  " + line));
        report("saddlebag lsvol vault");
        product.command("lsvol", "vault").text().lines().forEach(line -> report("  " + line));
    }

    /** As a careful program drops files: written under another name, then renamed. */
    private static void drop(Path folder, String name, String text) throws IOException {
        Path unfinished = Files.writeString(folder.resolve("." + name + ".unfinished"), text);
        Files.move(unfinished, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private static JsonNode step(JsonNode job, String name) {
        for (JsonNode step : job.path("steps")) {
            if (step.path("name").asText().equals(name)) {
                return step;
            }
        }
        throw new IllegalStateException("the job has no step '" + name + "': " + job.toPrettyString());
    }

    private static String figure(JsonNode job, String name) {
        return job.path("figures").path(name).asText("?");
    }

    private void require(boolean holds, String what, String otherwise) {
        if (!holds) {
            throw new IllegalStateException("NOT TRUE: " + what + "; " + otherwise);
        }
        out.println("   ok: " + what);
    }

    private void say(String text) {
        out.println(text);
    }

    private void report(String line) {
        report.add(line);
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        }
    }

    private static void deleteTree(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path each : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(each);
            }
        }
    }
}
