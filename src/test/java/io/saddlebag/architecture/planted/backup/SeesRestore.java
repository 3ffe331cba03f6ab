package io.saddlebag.architecture.planted.backup;

public class SeesRestore {
    Object cycle() {
        return new io.saddlebag.architecture.planted.restore.SeesBackup();
    }
}
