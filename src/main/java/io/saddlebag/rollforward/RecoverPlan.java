package io.saddlebag.rollforward;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.incarnation.Incarnations;
import io.saddlebag.job.JobRun;
import io.saddlebag.recovery.Choice;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a request comes to. Data: nothing was touched to make it.
 *
 * @param line number of the incarnation whose line is followed
 * @param backup to begin with
 * @param images the backups whose images make up its state, the oldest first, itself last: of an incremental one several
 * @param passedOver backups that don't fit, and why
 * @param source name of the journals
 * @param firstJournal name of the first journal that is applied on top of what the backup has itself; empty when there is none
 * @param journals names of those that are applied, in that order, as far as it is known before they are read
 * @param received how far the last of them was received, a place in the log, where it isn't whole; empty where it is
 * @param lost names of journals that nobody has: when the recovery comes to one before its target, it stops
 */
public record RecoverPlan(
        RecoverRequest request,
        Incarnations incarnations,
        long line,
        Backup backup,
        List<BackupId> images,
        List<Choice.PassedOver> passedOver,
        String source,
        String firstJournal,
        List<String> journals,
        String received,
        List<String> lost) {
    public RecoverPlan {
        images = List.copyOf(images);
        passedOver = List.copyOf(passedOver);
        journals = List.copyOf(journals);
        lost = List.copyOf(lost);
    }

    /** For people, e.g. {@code backups 1, 2, 3}; empty when the backup stands alone. */
    public String combinedFrom() {
        return images.size() < 2
                ? ""
                : "backups " + images.stream().map(BackupId::toString).collect(Collectors.joining(", "));
    }

    /**
     * Says in its job what it begins with, and warns when no journals follow.
     *
     * @param ofFirst about the first journal, behind its name
     */
    void announce(JobRun job, String ofFirst) throws IOException {
        job.figure("target", request.target().toString());
        job.transcript()
                .line("recovery of " + request.database() + " to " + request.target() + " on the line of incarnation "
                        + line + " begins with backup " + backup.id() + " of "
                        + backup.about().at());
        if (!combinedFrom().isEmpty()) {
            job.transcript()
                    .line("it is put together from " + combinedFrom()
                            + ": incremental backups are preferred to journals");
        }
        if (firstJournal.isEmpty()) {
            job.warn("there are no journals behind backup " + backup.id());
            return;
        }
        job.transcript()
                .line("the first journal is " + firstJournal + ofFirst + "; " + journals.size() + " are known up to "
                        + journals.get(journals.size() - 1)
                        + (received.isEmpty() ? "" : ", which was received to " + received));
    }
}
