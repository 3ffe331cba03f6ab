package io.saddlebag.architecture.planted.job;

class Sleeps {
    void sleep() throws InterruptedException {
        Thread.sleep(1);
        java.util.concurrent.TimeUnit.SECONDS.sleep(1);
    }
}
