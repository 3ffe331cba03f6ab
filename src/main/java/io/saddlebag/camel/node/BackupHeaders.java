package io.saddlebag.camel.node;

import io.saddlebag.catalog.Backup;
import org.apache.camel.Message;

/** What headers say of a backup. */
public final class BackupHeaders {
    private BackupHeaders() {}

    public static void set(Message message, Backup backup) {
        message.setHeader(SaddlebagHeaders.BACKUP_ID, backup.id().value());
        message.setHeader(SaddlebagHeaders.IMAGE_ID, backup.about().imageId());
        message.setHeader(SaddlebagHeaders.BYTES, backup.imageBytes());
        message.setHeader(SaddlebagHeaders.OBJECTS, backup.objects());
        message.setHeader(SaddlebagHeaders.VOLUMES, String.join(" ", backup.places()));
    }
}
