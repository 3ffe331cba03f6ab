package io.saddlebag.architecture.planted.image;

class KnowsJdbc {
    Object connection(javax.sql.DataSource source) throws java.sql.SQLException {
        java.sql.Connection connection = source.getConnection();
        return connection;
    }
}
