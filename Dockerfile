# docker build -t course . && docker run --rm -p 127.0.0.1:8888:8888 -v workbook:/home/learner/course course
# In Korean: docker build --build-arg language=ko -t course .
FROM python:3.12-slim

WORKDIR /course
COPY requirements.txt pyproject.toml ./
COPY course_lib course_lib
RUN python3 -m pip install --no-cache-dir --compile -r requirements.txt
COPY . .

# an ordinary user, who can read the course and write to a home of their own
RUN useradd --create-home learner
USER learner
ENV COURSE_HOME=/home/learner/course
ARG language=en
RUN python3 -m course_lib learn --no-lab --lang ${language}

EXPOSE 8888
ENTRYPOINT ["python3", "-m", "course_lib"]
CMD ["learn", "--no-browser", "--ip", "0.0.0.0", "--port", "8888"]
