#include <winnow/server/upload_handlers.hpp>

#include <fmt/format.h>

#include <utility>

#include <winnow/server/json_body.hpp>
#include <winnow/server/on_workers.hpp>
#include <winnow/server/problem.hpp>
#include <winnow/server/query.hpp>

namespace winnow::server {

namespace asio = boost::asio;

namespace {

/// Where only what lies in some folders may run, it is said before anything is sent.
Result<Response> create_upload(Uploads& uploads, const std::optional<Allowance>& allowance, const Request& request) {
  if (allowance) {
    if (auto right = check_allowed(*allowance, Document{}, uploads.folder()); !right) {
      return problem_response(403,
                              "files that are sent along would lie where no sweep may run: " + right.error().message);
    }
  }
  const auto id = uploads.begin(request.principal.name);
  if (!id) return fail(id.error());
  Response response = json_response(201, {{"id", *id}});
  response.fields.set("Location", "/api/v1/uploads/" + *id);
  return response;
}

Result<Response> put_file(Uploads& uploads, const Request& request) {
  const Uploads::Part part{.path = query::text(request, "path"),
                           .offset = static_cast<std::uint64_t>(query::integer(request, "offset", 0)),
                           .content = request.body,
                           .executable = query::flag(request, "executable", false)};
  const auto size = uploads.write(request.parameter("upload"), request.principal.name, part);
  if (!size) return upload_problem(size.error());
  return json_response(200, {{"path", part.path}, {"size", *size}});
}

Result<Response> delete_upload(Uploads& uploads, const Request& request) {
  const auto removed = uploads.remove(request.parameter("upload"), request.principal.name);
  if (!removed) return upload_problem(removed.error());
  return Response{.status = 204};
}

}  // namespace

Response upload_problem(const Error& error) {
  return error.code == errc::unknown_sweep ? problem_response(404, error.message) : problem_response(error);
}

Handlers upload_handlers(Uploads& uploads, asio::thread_pool& workers,
                         std::function<std::optional<Allowance>()> allowed) {
  return {
      {"createUpload", on_workers(workers,
                                  [&uploads, allowed = std::move(allowed)](const Request& request) {
                                    return create_upload(uploads, allowed ? allowed() : std::nullopt, request);
                                  })},
      {"putUploadFile", on_workers(workers, [&uploads](const Request& request) { return put_file(uploads, request); })},
      {"deleteUpload",
       on_workers(workers, [&uploads](const Request& request) { return delete_upload(uploads, request); })},
  };
}

}  // namespace winnow::server
