package io.saddlebag.snapshot.vss;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Deadline;
import io.saddlebag.host.ProcessFault;
import io.saddlebag.host.Processes;
import io.saddlebag.host.Waiter;
import io.saddlebag.snapshot.ProviderProgram;
import io.saddlebag.snapshot.SnapshotFailure;
import io.saddlebag.snapshot.vss.ShadowListing.ShadowCopy;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;

/** What is asked of {@code diskshadow} and {@code wevtutil}, and when an answer counts. Thread-safe. */
final class ShadowService {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    /** Scripts are echoed behind this. */
    private static final String ECHO = "-> ";

    /** An HRESULT of failure, whatever the words around it. */
    private static final Pattern FAILURE = Pattern.compile("\\b(?:0x)?8[0-9A-Fa-f]{7}\\b");

    private static final String LIST = "list";

    private final Processes processes;
    private final Waiter waiter;
    private final VssSettings settings;
    private final ProviderProgram diskshadow;
    private final ProviderProgram eventLog;

    ShadowService(Processes processes, Waiter waiter, VssSettings settings) {
        this.processes = processes;
        this.waiter = waiter;
        this.settings = settings;
        Duration timeout = settings.timeouts().command();
        this.diskshadow = new ProviderProgram(processes, settings.diskshadow(), timeout);
        this.eventLog = new ProviderProgram(processes, settings.eventLog(), timeout);
    }

    WorkFolder work(String id) {
        return new WorkFolder(settings.work().resolve(id));
    }

    /** @throws BackupException {@link io.saddlebag.snapshot.SnapshotFault#UNSUITABLE} when there is no such service, or a required writer is not there */
    void requireWriters() throws IOException {
        List<WriterStatus> writers;
        try {
            writers = WriterStatus.parse(output("writers", ShadowScript.writers()));
        } catch (BackupException e) {
            throw SnapshotFailure.unsuitable(
                    e.is(ProcessFault.CANNOT_START)
                            ? "there is no diskshadow here; it comes with Windows Server"
                            : "diskshadow can't be used: " + e.what(),
                    "Run as an administrator on Windows Server, or choose another snapshot provider.");
        }
        for (String required : settings.writers()) {
            if (writers.stream().noneMatch(writer -> writer.is(required))) {
                throw SnapshotFailure.unsuitable(
                        "VSS writer " + required + " is not there; there are "
                                + writers.stream().map(WriterStatus::name).collect(Collectors.joining(", ")),
                        "Start its service, for Oracle OracleVssWriter<SID>.");
            }
        }
    }

    /** @throws IOException when the dialogue ends, or takes too long, before it waits */
    void awaitHold(HeldDialogue dialogue, WorkFolder work) throws IOException {
        Deadline deadline = Deadline.after(waiter, settings.timeouts().creation());
        while (work.ids().isEmpty()) {
            if (dialogue.ended()) {
                throw new IOException("diskshadow ended with " + dialogue.exitCode() + " before the shadow copies were"
                        + " there: " + new ProviderProgram.Answer(0, dialogue.lines()).lastWords());
            }
            if (deadline.passed()) {
                throw new IOException("diskshadow did not show the shadow copies within "
                        + settings.timeouts().creation() + ": "
                        + new ProviderProgram.Answer(0, dialogue.lines()).lastWords());
            }
            pause(deadline);
        }
    }

    /**
     * The copies in the order of the volumes.
     *
     * @throws IOException unless exactly those are there that were asked for, and the writers are well
     */
    List<ShadowCopy> requireWhole(HeldDialogue dialogue, WorkFolder work, List<String> volumes) throws IOException {
        await(settings.timeouts().words(), () -> {
            List<String> lines = dialogue.lines();
            return ShadowListing.parse(lines).counted().isPresent()
                    && lines.stream().anyMatch(line -> line.contains(work.hold().toString()));
        });
        Map<String, String> ids = work.ids();
        String set = ids.get(WorkFolder.SET);
        ShadowListing listing = ShadowListing.parse(dialogue.lines());
        if (dialogue.lines().isEmpty()) {
            throw new IOException("what diskshadow says can't be heard while it waits");
        }
        if (set == null || listing.counted().orElse(-1) != volumes.size()) {
            throw new IOException("the listing of the new shadow copies is not that of a set of " + volumes.size());
        }
        List<ShadowCopy> copies = new ArrayList<>();
        for (int i = 0; i < volumes.size(); i++) {
            String alias = ShadowScript.ALIAS_PREFIX + i;
            String drive = volumes.get(i);
            copies.add(listing.ofSet(set).stream()
                    .filter(copy -> copy.alias().equals(alias) && copy.id().equals(ids.get(alias)))
                    .filter(copy -> copy.volume().equalsIgnoreCase(drive + "\\"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("there is no shadow copy " + alias + " of " + drive)));
        }
        if (listing.copies().size() != volumes.size()) {
            throw new IOException(listing.copies().size() + " shadow copies are listed instead of " + volumes.size());
        }
        requireWell(WriterStatus.parse(dialogue.lines()));
        return copies;
    }

    private void requireWell(List<WriterStatus> writers) throws IOException {
        if (writers.isEmpty()) {
            throw new IOException("no writer said how it is");
        }
        String ill = writers.stream()
                .filter(writer -> !writer.well())
                .map(WriterStatus::described)
                .collect(Collectors.joining("; "));
        if (!ill.isEmpty()) {
            throw new IOException("VSS writer " + ill);
        }
        for (String required : settings.writers()) {
            if (writers.stream().noneMatch(writer -> writer.is(required) && writer.tookPart())) {
                throw new IOException("VSS writer " + required + " took no part in the snapshot");
            }
        }
    }

    /** @throws IOException unless the writers were told, and the program ended well */
    void awaitConfirmed(HeldDialogue dialogue) throws IOException {
        if (!await(settings.timeouts().ending(), dialogue::ended)) {
            throw new IOException("the writers did not end the backup within "
                    + settings.timeouts().ending());
        }
        String lastWords = new ProviderProgram.Answer(0, dialogue.lines()).lastWords();
        if (dialogue.exitCode() != 0) {
            throw new IOException("diskshadow ended with " + dialogue.exitCode() + ": " + lastWords);
        }
        List<String> lines = dialogue.lines().stream().map(String::strip).toList();
        int told = lines.indexOf(ECHO + ShadowScript.END_BACKUP);
        int exit = lines.lastIndexOf(ECHO + "exit");
        if (told < 0 || exit < told) {
            throw new IOException("diskshadow did not come through the end of the backup: " + lastWords);
        }
        if (lines.subList(told, exit).stream()
                .anyMatch(line -> FAILURE.matcher(line).find())) {
            throw new IOException("diskshadow ended with 0, but said: " + lastWords);
        }
    }

    WriterEvents eventsSince(Instant since) throws IOException {
        List<String> lines = eventLog.output(WriterEvents.query(since));
        try {
            return WriterEvents.parse(String.join("\n", lines));
        } catch (XMLStreamException e) {
            throw new IOException("the event log was not understood: " + e.getMessage(), e);
        }
    }

    /**
     * Lets a dialogue go without a word to the writers, and ends it when it doesn't go.
     *
     * @param dialogue of this process; null when another one had it
     */
    void end(@Nullable HeldDialogue dialogue, WorkFolder work) throws IOException {
        if (work.exists()) {
            work.mark(WorkFolder.ABORT);
        }
        if (dialogue != null) {
            if (!await(settings.timeouts().grace(), dialogue::ended)) {
                dialogue.end();
                if (!await(settings.timeouts().grace(), dialogue::ended)) {
                    throw new IOException("a diskshadow could not be ended");
                }
            }
            return;
        }
        String script = work.script().toString();
        Deadline deadline = Deadline.after(waiter, settings.timeouts().creation());
        while (work.exists() && processes.runs(line -> line.contains(script))) {
            if (deadline.passed()) {
                throw new IOException("a diskshadow with " + script + " still runs");
            }
            pause(deadline);
        }
    }

    /** By id, and makes sure of it. */
    void delete(Collection<String> sets) throws IOException {
        if (sets.isEmpty()) {
            return;
        }
        boolean allDeleted = true;
        for (String set : sets) {
            allDeleted &= ask("delete-" + set, ShadowScript.deletion(set)).ok();
        }
        // one that was gone can't be deleted, so then the list decides, and has to be a good one
        ShadowListing left = allDeleted
                ? ShadowListing.parse(ask(LIST, ShadowScript.listing()).lines())
                : list();
        for (String set : sets) {
            if (!left.ofSet(set).isEmpty()) {
                throw new IOException("shadow copy set " + set + " is still there");
            }
        }
    }

    ShadowListing list() throws IOException {
        return ShadowListing.parse(output(LIST, ShadowScript.listing()));
    }

    private List<String> output(String name, List<String> script) throws IOException {
        return diskshadow.output(
                List.of("-s", WorkFolder.script(settings.work(), name, script).toString()));
    }

    private ProviderProgram.Answer ask(String name, List<String> script) throws IOException {
        return diskshadow.ask(
                List.of("-s", WorkFolder.script(settings.work(), name, script).toString()));
    }

    private boolean await(Duration limit, BooleanSupplier condition) throws IOException {
        Deadline deadline = Deadline.after(waiter, limit);
        while (!condition.getAsBoolean()) {
            if (deadline.passed()) {
                return false;
            }
            pause(deadline);
        }
        return true;
    }

    private static IOException stopped(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IOException("asked to stop", e);
    }

    private void pause(Deadline deadline) throws IOException {
        try {
            deadline.await(BETWEEN_LOOKS);
        } catch (InterruptedException e) {
            throw stopped(e);
        }
    }
}
