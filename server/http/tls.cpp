#include <winnow/server/http/tls.hpp>

#include <openssl/ssl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace winnow::server {

namespace asio = boost::asio;

Result<std::shared_ptr<asio::ssl::context>> make_tls(const std::filesystem::path& certificate,
                                                     const std::filesystem::path& key) {
  const auto unfit = [](const std::filesystem::path& file, const std::string& why) {
    return fail(errc::invalid_input, file.string() + ": " + why);
  };
  for (const auto& file : {certificate, key}) {
    if (::access(file.c_str(), R_OK) != 0) return unfit(file, std::string("cannot be read: ") + std::strerror(errno));
  }
  struct stat is {};
  if (::stat(key.c_str(), &is) == 0 && (is.st_mode & S_IRWXO) != 0) {
    return unfit(key, "a private key is not to be open to all users (chmod o= it)");
  }
  try {
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
    SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
    SSL_CTX_set_options(context->native_handle(),
                        SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_mode(context->native_handle(), SSL_MODE_RELEASE_BUFFERS);  // of the many that wait
    boost::system::error_code failure;
    context->use_certificate_chain_file(certificate.string(), failure);
    if (failure) return unfit(certificate, "isn't a certificate in PEM: " + failure.message());
    context->use_private_key_file(key.string(), asio::ssl::context::pem, failure);
    if (failure) return unfit(key, "isn't the private key of " + certificate.string() + ": " + failure.message());
    return context;
  } catch (const std::exception& e) {
    return fail(errc::internal, std::string("TLS: ") + e.what());
  }
}

}  // namespace winnow::server
