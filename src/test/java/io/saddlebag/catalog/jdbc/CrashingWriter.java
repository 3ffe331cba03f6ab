package io.saddlebag.catalog.jdbc;

import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.Samples;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobKind;
import io.saddlebag.job.JobName;
import io.saddlebag.job.JobRequest;
import io.saddlebag.job.JobState;
import io.saddlebag.job.jdbc.JdbcJobLog;
import io.saddlebag.store.jdbc.JdbcStore;
import io.saddlebag.volume.VolumeRegister;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A process that writes until it is killed, or for so many rounds, and prints what was acknowledged to it. */
final class CrashingWriter {
    /** Objects recorded in one transaction. */
    static final int BATCH = 50;

    private CrashingWriter() {}

    /** Arguments: file, a name no other process uses, number of rounds. */
    public static void main(String[] arguments) throws IOException {
        String self = arguments[1];
        int rounds = Integer.parseInt(arguments[2]);
        try (JdbcStore store = JdbcStore.openSqlite(Path.of(arguments[0]), JdbcCatalog.FAULTS)) {
            say("ready");
            for (int round = 0; round < rounds; round++) {
                volume(new JdbcVolumeRegister(store));
                backup(new JdbcCatalog(store, BATCH), self + "-" + round, round % 5 * BATCH + round % 3);
                job(new JdbcJobLog(store), self);
            }
        }
        say("done");
    }

    private static void volume(VolumeRegister register) throws IOException {
        say("volume " + register.nextId("domain", "VOL"));
    }

    private static void backup(Catalog catalog, String image, int objects) throws IOException {
        Catalog.Writing writing = catalog.begin(Samples.about(image, "orders"));
        say("begun " + writing.id());
        for (int i = 0; i < objects; i++) {
            writing.add(Samples.file("/d" + i % 7 + "/" + i, i));
        }
        writing.complete(Samples.stored(image, "VOL000001", "VOL000002"), objects, Samples.NOON);
        say("complete " + writing.id() + " " + objects);
    }

    private static void job(JdbcJobLog log, String self) throws IOException {
        Job job = log.create(
                new JobRequest("backup " + self, JobKind.BACKUP, null, List.of(), Map.of()), self, Samples.NOON);
        JobName name = job.name();
        say("job " + name);
        if (!log.start(name, self, Samples.NOON)) {
            say("FAILED to start " + name);
        }
        var owed = log.owe(name, "start-database", Map.of("database", "orders"));
        say("owed " + owed.number());
        int step = log.beginStep(name, "stop", Samples.NOON);
        say("began " + name);
        log.endStep(name, step, Samples.NOON);
        say("ended " + name);
        log.settle(owed);
        say("settled " + owed.number());
        log.end(name, JobState.COMPLETED, null, Samples.NOON);
        say("over " + name);
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
