package io.saddlebag.camel.journal;

import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.job.JobName;
import io.saddlebag.journal.JournalResult;
import org.apache.camel.Message;

/** What headers say of a pass (J12). */
final class JournalHeaders {
    private JournalHeaders() {}

    static void set(Message message, JournalResult result) {
        message.setBody(result);
        message.setHeader(SaddlebagHeaders.JOURNAL_SEQUENCE, result.sequence());
        message.setHeader(SaddlebagHeaders.JOURNAL_CURRENT, result.current());
        message.setHeader(SaddlebagHeaders.JOURNAL_NEXT, result.next());
        message.setHeader(SaddlebagHeaders.JOURNAL_LAST_READY, result.lastReady());
        message.setHeader(SaddlebagHeaders.JOURNAL_BACKED_UP, result.backedUp());
        message.setHeader(SaddlebagHeaders.JOURNAL_COUNT, result.journals());
        message.setHeader(SaddlebagHeaders.JOURNAL_END_OF_FILE, result.endOfFileBlock());
        message.setHeader(SaddlebagHeaders.JOURNAL_FULLNESS, result.fullnessPercent());
        message.setHeader(SaddlebagHeaders.JOURNAL_OUTPUT_FILE, result.lastOutputFile());
        BackupId backup = result.backup();
        if (backup != null) {
            message.setHeader(SaddlebagHeaders.BACKUP_ID, backup.value());
        }
        JobName job = result.job();
        if (job != null) {
            message.setHeader(SaddlebagHeaders.JOB, job.value());
        }
    }
}
