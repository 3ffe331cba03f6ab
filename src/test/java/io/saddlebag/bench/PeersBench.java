package io.saddlebag.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Small files backed up, checked and restored by Saddlebag and by its peers, in turns in one run (Q2, Q4). Everything is
 * durable when the clock stops. Each restore goes to a new file system of its own: on one where as many files were just
 * deleted, making files takes a multiple of the time.
 */
public final class PeersBench {
    private static final Map<String, String> RESTIC = Map.of("RESTIC_PASSWORD", "bench");
    private static final Map<String, String> BORG = Map.of("BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK", "yes");

    private final Path project;
    private final Path folder;
    private final Path data;
    private final Commands commands;

    private PeersBench(Path project, Path folder) {
        this.project = project;
        this.folder = folder;
        this.data = folder.resolve("small");
        this.commands = new Commands(folder);
    }

    /** Arguments: the project's folder, a folder to work in, runs. Wants root, for the file systems. */
    public static void main(String[] arguments) throws Exception {
        PeersBench bench = new PeersBench(
                Path.of(arguments[0]).toAbsolutePath(), Path.of(arguments[1]).toAbsolutePath());
        bench.run(Integer.parseInt(arguments[2]));
    }

    private void run(int runs) throws Exception {
        double mebibytes = SmallFiles.create(data);
        Running running = new Running();
        List<Peer> peers = List.of(new Bsdtar(), new TarZstd(), new Restic(), new Borg(), new Ours(), running);
        for (int run = 0; run <= runs; run++) {
            for (Peer peer : peers) {
                peer.run(run > 0);
            }
        }
        running.node.close();
        System.out.println("backup");
        Measured.report(mebibytes, peers.stream().map(p -> p.backup).toArray(Measured[]::new));
        System.out.println("check of everything");
        Measured.report(mebibytes, peers.stream().map(p -> p.check).toArray(Measured[]::new));
        System.out.println("restore");
        Measured.report(mebibytes, peers.stream().map(p -> p.restore).toArray(Measured[]::new));
    }

    private double synced(double seconds, Path path) throws IOException, InterruptedException {
        return seconds + commands.seconds(List.of("sync", "-f", path.toString()));
    }

    private abstract class Peer {
        private final Measured backup;
        private final Measured check;
        private final Measured restore;
        final Path store;

        Peer(String name) {
            this.backup = new Measured(name);
            this.check = new Measured(name);
            this.restore = new Measured(name);
            this.store = folder.resolve("store-" + name.replaceAll("[^a-z]+", "-"));
        }

        void run(boolean counts) throws Exception {
            commands.seconds(List.of("rm", "-rf", store.toString()));
            Files.createDirectories(store);
            commands.seconds(List.of("sync"));
            double backedUp = backup();
            double checked = check();
            Path disk = folder.resolve("disk");
            Path mount = Files.createDirectories(folder.resolve("mount"));
            commands.seconds(List.of("truncate", "-s", "4G", disk.toString()));
            commands.seconds(List.of("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0", disk.toString()));
            commands.seconds(List.of("mount", "-o", "loop", disk.toString(), mount.toString()));
            double restored;
            try {
                restored = synced(restore(mount), mount);
                commands.seconds(
                        List.of("diff", "-rq", data.toString(), found(mount).toString()));
            } finally {
                commands.seconds(List.of("umount", mount.toString()));
                Files.delete(disk);
            }
            end();
            if (counts) {
                backup.add(backedUp);
                check.add(checked);
                restore.add(restored);
            }
        }

        abstract double backup() throws Exception;

        abstract double check() throws Exception;

        abstract double restore(Path target) throws Exception;

        /** Where the data is in what was restored. */
        Path found(Path target) {
            return target.resolve(data.toString().substring(1));
        }

        void end() throws Exception {}
    }

    private final class Bsdtar extends Peer {
        private final Path archive = store.resolve("tar.zst");

        Bsdtar() {
            super("bsdtar, zstd 3, 2 threads");
        }

        @Override
        double backup() throws Exception {
            return synced(
                    commands.seconds(List.of(
                            "bsdtar",
                            "-c",
                            "--zstd",
                            "--options",
                            "zstd:compression-level=3,zstd:threads=2",
                            "-f",
                            archive.toString(),
                            data.toString())),
                    store);
        }

        @Override
        double check() throws Exception {
            return commands.seconds(List.of("bsdtar", "-tf", archive.toString()));
        }

        @Override
        double restore(Path target) throws Exception {
            return commands.seconds(List.of("bsdtar", "-xpf", archive.toString(), "-C", target.toString()));
        }
    }

    private final class TarZstd extends Peer {
        private final Path archive = store.resolve("tar.zst");

        TarZstd() {
            super("tar, zstd -3 -T2");
        }

        @Override
        double backup() throws Exception {
            return synced(
                    commands.seconds(List.of("tar", "-I", "zstd -3 -T2", "-cf", archive.toString(), data.toString())),
                    store);
        }

        @Override
        double check() throws Exception {
            return commands.seconds(List.of("tar", "-I", "zstd", "-tf", archive.toString()));
        }

        @Override
        double restore(Path target) throws Exception {
            return commands.seconds(List.of("tar", "-I", "zstd", "-xpf", archive.toString(), "-C", target.toString()));
        }
    }

    private final class Restic extends Peer {
        Restic() {
            super("restic");
        }

        private double restic(String... arguments) throws Exception {
            List<String> line = new ArrayList<>(List.of("restic", "-q", "-r", store.toString()));
            line.addAll(List.of(arguments));
            return commands.seconds(RESTIC, line.toArray(String[]::new));
        }

        @Override
        double backup() throws Exception {
            restic("init");
            return synced(restic("backup", data.toString()), store);
        }

        @Override
        double check() throws Exception {
            return restic("check", "--read-data");
        }

        @Override
        double restore(Path target) throws Exception {
            return restic("restore", "latest", "--target", target.toString());
        }
    }

    private final class Borg extends Peer {
        Borg() {
            super("borg, zstd 3");
        }

        @Override
        double backup() throws Exception {
            commands.seconds(BORG, "borg", "init", "-e", "none", store.toString());
            return synced(
                    commands.seconds(BORG, "borg", "create", "-C", "zstd,3", store + "::a", data.toString()), store);
        }

        @Override
        double check() throws Exception {
            return commands.seconds(BORG, "borg", "check", "--verify-data", store.toString());
        }

        @Override
        double restore(Path target) throws Exception {
            return commands.inside(target, BORG, "borg", "extract", store + "::a");
        }
    }

    /** A node that has already done it a few times; the first of its times is thrown away like the others'. */
    private final class Running extends Peer {
        private static final int BEFORE = 3;

        private final Site site;
        private final RunningNode node;
        private String made = "";

        Running() throws Exception {
            super("saddlebag, a running node");
            this.site = Site.create(project, Files.createDirectories(folder.resolve("running")), data);
            this.node = site.run(project);
            for (int i = 0; i < BEFORE; i++) {
                run(false);
            }
        }

        @Override
        double backup() throws Exception {
            RunningNode.Answer answer = node.ask("backup", "");
            made = answer.text();
            return answer.seconds();
        }

        @Override
        double check() throws Exception {
            return node.ask("verify", made).seconds();
        }

        @Override
        double restore(Path target) throws Exception {
            return node.ask("restore", "backup: " + made + "\nto: " + target + "\n")
                    .seconds();
        }
    }

    private final class Ours extends Peer {
        private Site site;

        Ours() throws IOException {
            super("saddlebag, zstd=3");
        }

        @Override
        double backup() throws Exception {
            site = Site.create(project, store, data);
            return site.backup("zstd=3").wholeSeconds();
        }

        @Override
        double check() throws Exception {
            return site.seconds("verify", "1");
        }

        @Override
        double restore(Path target) throws Exception {
            return site.seconds("restore", "bulk", "--to", target.toString());
        }

        @Override
        void end() throws Exception {
            site.close();
        }
    }
}
