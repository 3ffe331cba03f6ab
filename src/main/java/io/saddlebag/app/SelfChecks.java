package io.saddlebag.app;

import io.saddlebag.camel.folder.Finding;
import io.saddlebag.camel.folder.RouteLint;
import io.saddlebag.camel.folder.Severity;
import io.saddlebag.camel.folder.local.LocalRouteFiles;
import io.saddlebag.catalog.Backup;
import io.saddlebag.cli.Surroundings;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.fault.BackupException;
import io.saddlebag.key.WalletKeeping;
import io.saddlebag.lease.LeaseRecord;
import io.saddlebag.library.ElementKind;
import io.saddlebag.library.ElementStatus;
import io.saddlebag.library.Library;
import io.saddlebag.operator.Client;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.recoverability.RecoveryLimit;
import io.saddlebag.snapshot.SnapshotProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.impl.DefaultCamelContext;

/** {@code saddlebag lint} and {@code saddlebag doctor}. */
final class SelfChecks implements Surroundings.Checks {
    private static final long LITTLE_ROOM_BYTES = 256L << 20;

    @Override
    public List<Surroundings.Finding> lint(Path home, List<Path> routes) throws IOException {
        RouteLint lint = new RouteLint(DefaultCamelContext::new, new LocalRouteFiles());
        List<Surroundings.Finding> findings = new ArrayList<>();
        for (Path each : routes) {
            for (Finding finding : lint.lint(each)) {
                findings.add(new Surroundings.Finding(
                        finding.severity() == Severity.ERROR ? "error" : "warning",
                        finding.where(),
                        finding.rule().id() + " " + finding.message(),
                        finding.hint()));
            }
        }
        return findings;
    }

    @Override
    public List<Surroundings.Finding> doctor(Path home) throws IOException {
        List<Surroundings.Finding> findings = new ArrayList<>();
        try (LocalNode node = LocalNode.open(home, Client.ABSENT)) {
            findings.add(ok("configuration", node.config().home() + " can be read"));
            room(node, findings);
            keys(node, findings);
            findings.add(providers(node));
            for (String name : node.databases()) {
                database(node, name, findings);
                recovery(node, name, findings);
            }
            for (String name : node.libraries()) {
                library(node, name, findings);
            }
            leases(node, findings);
        } catch (BackupException e) {
            findings.add(error("configuration", e.codeId() + " " + e.what(), e.hint()));
        }
        return findings;
    }

    private static void room(LocalNode node, List<Surroundings.Finding> findings) throws IOException {
        Path state = node.config().state();
        ByteCount free = ByteCount.of(Files.getFileStore(state).getUsableSpace());
        findings.add(
                free.bytes() < LITTLE_ROOM_BYTES
                        ? error(
                                "free space",
                                free + " left at " + state,
                                "Free some: catalog and transcripts are there.")
                        : ok("free space", free + " left at " + state));
    }

    /** Backups that can't be restored are to be known of before that day. */
    private static void keys(LocalNode node, List<Surroundings.Finding> findings) throws IOException {
        String place = "keys";
        try {
            String closed = node.walletKeeping().wallet().held().closed();
            List<Backup> lost = node.walletKeeping().lost();
            if (!lost.isEmpty()) {
                findings.add(
                        new Surroundings.Finding(
                                "warning",
                                place,
                                "nothing on this node opens " + lost.size() + " backups: " + WalletKeeping.named(lost),
                                "Bring back their keys, or see that whoever has them still does; 'saddlebag lsbu' shows the ids."));
            }
            if (closed != null) {
                findings.add(new Surroundings.Finding(
                        "warning", place, closed, "Open it with 'saddlebag wallet open' before anything is restored."));
            }
        } catch (BackupException e) {
            findings.add(error(place, said(e), e.hint()));
        }
    }

    private static void database(LocalNode node, String name, List<Surroundings.Finding> findings) {
        String place = "database " + name;
        try {
            DatabaseAdapter database = node.database(name);
            DatabaseState state = database.state();
            findings.add(
                    state == DatabaseState.OPEN
                            ? ok(place, database.engine() + ", open")
                            : new Surroundings.Finding(
                                    "warning",
                                    place,
                                    database.engine() + " is " + state,
                                    "Start it if it should be running."));
            for (String gap : database.unprotected()) {
                findings.add(new Surroundings.Finding(
                        "warning", place, gap, "Journal all of it, or keep such data in a database of its own."));
            }
            for (DatabaseComponent component : database.components()) {
                findings.add(snapshots(node, place + ", " + component.name(), component.path()));
            }
        } catch (IOException e) {
            findings.add(error(place, said(e), "Mend its options in the configuration."));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What could not be recovered is to be known of before that day (J23). */
    private static void recovery(LocalNode node, String name, List<Surroundings.Finding> findings) throws IOException {
        for (RecoveryLimit limit : node.recoverability().limits(name)) {
            String place = "recovery of " + name;
            boolean none = limit.protection() == RecoveryLimit.Protection.NONE;
            String lost = "if it failed now, this would be lost: " + limit.lost();
            findings.add(
                    none
                            ? new Surroundings.Finding("warning", place, lost, "Back it up.")
                            : ok(place, limit.protection().display() + "; " + lost));
            for (String warning : limit.warnings()) {
                findings.add(new Surroundings.Finding(
                        "warning", place, warning, "See 'saddlebag recoverability show " + name + "'."));
            }
        }
    }

    /** What each provider could do for the state folder: which of them this machine has at all. */
    private static Surroundings.Finding providers(LocalNode node) throws IOException {
        Path state = node.config().state();
        List<String> answers = new ArrayList<>();
        for (SnapshotProvider provider : node.snapshotProviders().all()) {
            SnapshotProvider.Suitability suitability = provider.suitability(state);
            answers.add(provider.name() + (suitability.suitable() ? ": yes, " : ": no, ") + suitability.reason());
        }
        return ok("snapshots of " + state, String.join("; ", answers));
    }

    private static Surroundings.Finding snapshots(LocalNode node, String place, Path path) throws IOException {
        List<String> reasons = new ArrayList<>();
        for (SnapshotProvider provider : node.snapshotProviders().all()) {
            SnapshotProvider.Suitability suitability = provider.suitability(path);
            if (suitability.suitable() && provider.independent()) {
                return ok(place, path + ": provider " + provider.name() + ", " + suitability.reason());
            }
            if (provider.independent()) {
                reasons.add(provider.name() + ": " + suitability.reason());
            }
        }
        return new Surroundings.Finding(
                "warning",
                place,
                path + " takes no snapshots (" + String.join("; ", reasons) + ")",
                "Use template offline-backup-without-snapshot: the database stays down while its image is written.");
    }

    private static void library(LocalNode node, String name, List<Surroundings.Finding> findings) {
        String place = "library " + name;
        try {
            Library library = node.library(name).library();
            long cartridges = library.inventory().elements().stream()
                    .filter(ElementStatus::full)
                    .count();
            long drives = library.inventory().of(ElementKind.DTE).size();
            findings.add(
                    cartridges == 0
                            ? error(
                                    place,
                                    "there is no cartridge in it",
                                    "Insert one with 'saddlebag library insertvol'.")
                            : ok(place, drives + " drives, " + cartridges + " cartridges"));
        } catch (IOException e) {
            findings.add(error(place, said(e), "Mend its options in the configuration, or its folder."));
        }
    }

    private static void leases(LocalNode node, List<Surroundings.Finding> findings) throws IOException {
        for (LeaseRecord lease : node.leases()) {
            if (lease.state().owesTheSource()) {
                findings.add(new Surroundings.Finding(
                        "warning",
                        "lease " + lease.id(),
                        lease.purpose() + ": " + lease.state() + " until " + lease.deadline(),
                        "If its job is dead, 'saddlebag run' or any working command brings the source back."));
            }
        }
    }

    private static String said(IOException e) {
        return e instanceof BackupException known ? known.codeId() + " " + known.what() : e.toString();
    }

    private static Surroundings.Finding ok(String place, String message) {
        return new Surroundings.Finding("ok", place, message, "");
    }

    private static Surroundings.Finding error(String place, String message, String hint) {
        return new Surroundings.Finding("error", place, message, hint);
    }
}
